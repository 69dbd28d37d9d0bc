import { basename, join } from 'node:path'
import { z } from 'zod'
import { readPlainFile } from '../plain-file.ts'

/**
 * Lies beside the folders of an export of photos where some of them could not be called as their classes are (`cat/dog`, `CON`), and says
 * which class each of those means: `{ "folders": { "cat_dog": "cat/dog" } }`.
 */
export const folderClassesFile = 'graft-classes.json'

const FolderClasses = z.object({ folders: z.record(z.string(), z.string()) })

/** Names of a hundred thousand classes are smaller; a larger file is none of ours. */
const largestBytes = 32 * 1024 ** 2

export function folderClassesText(classOfFolder: ReadonlyMap<string, string>): string {
  const about = 'The classes of folders that could not be called as they are. Graft reads this when it imports the folder.'
  return `${JSON.stringify({ about, folders: Object.fromEntries(classOfFolder) }, null, 2)}\n`
}

/** What tells the class of a folder inside `folder` by its path: as its `graft-classes.json` says, else its own name. */
export async function readFolderClasses(folder: string): Promise<(path: string) => string> {
  const bytes = await readPlainFile(join(folder, folderClassesFile), largestBytes)
  const parsed = FolderClasses.safeParse(bytes === null ? null : parseJson(bytes.toString('utf8')))
  const named = new Map(Object.entries(parsed.data?.folders ?? {}).map(([name, className]) => [name.normalize('NFC'), className]))
  // Some systems write accents apart in the names of folders.
  return (path) => named.get(basename(path).normalize('NFC')) ?? basename(path)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
