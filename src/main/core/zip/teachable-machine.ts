import { z } from 'zod'
import type { ZipFile } from 'yauzl'
import type { ArchivedFile } from './check-archive.ts'
import { contentOfEntry } from './read-zip.ts'

/*
 * Teachable Machine's "Download project as file": a zip that is called `.tm` ("it's really a zip", googlecreativelab/teachablemachine-community,
 * issue 38) and has no folders: `manifest.json` with the kind of project and its settings, and every sample under `CLASS-!-NUMBER.jpg`. The
 * layout is not documented; public programs that read and write such files agree on it (MeemeeLab/TeachableMachine-Scraper, TMPacker.js).
 */

const Manifest = z.object({ type: z.string().max(100), version: z.string().max(100), appdata: z.looseObject({}).optional() })

const manifestName = 'manifest.json'
/** It has a few settings; a longer one is something else. */
const longestManifest = 1024 ** 2

/** What kind of project an archive is (`image`, `audio`, `pose`); null where it is none of Teachable Machine. Throws what a broken entry throws. */
export async function teachableMachineKind(zip: ZipFile, files: readonly ArchivedFile[], file: string): Promise<string | null> {
  const manifest = files.find(({ name }) => name === manifestName)
  if (manifest === undefined || manifest.entry.uncompressedSize > longestManifest) return null
  if (!/\.tm$/i.test(file) && !files.some(({ name }) => sampleClass(name) !== null)) return null
  const pieces: Buffer[] = []
  for await (const piece of contentOfEntry(zip, manifest.entry)) pieces.push(piece)
  const parsed = Manifest.safeParse(json(Buffer.concat(pieces).toString('utf8')))
  return parsed.success ? parsed.data.type : null
}

/** The class of a sample by its path in the archive; null for what is no sample. Whatever a class is called, the last `-!-` ends its name. */
export function sampleClass(name: string): string | null {
  const end = name.lastIndexOf('-!-')
  return end > 0 && /^\d+\.\w+$/.test(name.slice(end + 3)) ? name.slice(0, end) : null
}

/** The files of a project that are photos, or could be. */
export function withoutManifest(files: readonly ArchivedFile[]): readonly ArchivedFile[] {
  return files.filter(({ name }) => name !== manifestName)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null
    throw error
  }
}
