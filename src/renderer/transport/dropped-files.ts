import type { SkippedFile } from '../../main/contract/images.ts'

/** One file of a drop or of a file field, with its folders: `cats/tabby/1.jpg`. */
export interface PickedFile {
  readonly file: File
  readonly path: string
}

/**
 * Every file of a drop or a paste, folders searched through. Must be called in its own event: browsers empty the list when it is over.
 * Hidden files (`.DS_Store`) are left out, as the studio's own search does. What the browser may not read is named to `onUnreadable`.
 */
export async function filesOfDrop(transfer: DataTransfer, onUnreadable: (file: SkippedFile) => void): Promise<readonly PickedFile[]> {
  const items = [...transfer.items].filter(({ kind }) => kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry())
  // A picture that was copied out of another program is on no disk: it has bytes, and no entry.
  const loose = items.flatMap((item, index) => {
    const file = entries[index] === null ? item.getAsFile() : null
    return file === null ? [] : [{ file, path: file.name }]
  })
  return [
    ...(await collect(
      entries.filter((entry) => entry !== null),
      onUnreadable,
    )),
    ...loose,
  ]
}

/** The files of an `<input type="file">`, with their folders where it takes folders. */
export function filesOfField(files: FileList): readonly PickedFile[] {
  return [...files]
    .map((file) => ({ file, path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath }))
    .filter(({ path }) => !path.split('/').some(isHidden))
}

async function collect(entries: readonly FileSystemEntry[], onUnreadable: (file: SkippedFile) => void): Promise<readonly PickedFile[]> {
  const found: PickedFile[] = []
  for (const entry of entries) {
    if (isHidden(entry.name)) continue
    const path = entry.fullPath.replace(/^\//, '')
    try {
      if (isDirectory(entry)) for (const picked of await collect(await listFolder(entry), onUnreadable)) found.push(picked)
      else if (isFile(entry)) found.push({ file: await readEntry(entry), path })
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      onUnreadable({ file: path, reason: 'unreadable', detail: error.message })
    }
  }
  return found
}

const isHidden = (name: string): boolean => name.startsWith('.')
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory
const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile

/** `readEntries` answers at most 100 at a time, until it answers none. */
async function listFolder(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}

function readEntry(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
