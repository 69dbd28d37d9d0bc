import { mkdir, realpath, rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { Log } from '../../core/context.ts'
import { openProcessFolder } from '../../core/process-folder.ts'
import { reserveFile, safeSegments } from '../../core/safe-path.ts'

/** One file that arrived whole. */
export interface UploadedFile {
  /** Absolute. */
  readonly file: string
  /** What to import, absolute: the file, or the topmost folder that holds it. */
  readonly top: string
}

/** Where files that a browser sends lie until the server closes. */
export interface UploadFolder {
  readonly root: string
  /**
   * Writes `content` to `path` (relative, with its folders) inside the drop. Throws `INVALID_INPUT` for a path or drop of a wrong form,
   * `DISK_FULL`, and what `content` throws. Nothing is left of a file that did not arrive whole.
   */
  take(drop: string, path: string, content: AsyncIterable<Uint8Array>): Promise<UploadedFile>
  /** Deletes everything. */
  close(): Promise<void>
}

/** Opens a folder of this process below `dataDir`, and deletes what processes that are gone have left there. */
export async function openUploadFolder(dataDir: string, log: Log): Promise<UploadFolder> {
  const root = await openProcessFolder(join(dataDir, 'uploads'), { log })
  return {
    root,
    take: (drop, path, content) => takeFile(root, drop, path, content),
    close: () => rm(root, { recursive: true, force: true }),
  }
}

async function takeFile(root: string, drop: string, path: string, content: AsyncIterable<Uint8Array>): Promise<UploadedFile> {
  if (!/^[a-z0-9-]{8,64}$/.test(drop)) throw new StudioError('INVALID_INPUT', { reason: 'drop: 8 to 64 of a-z, 0-9 and -' })
  const segments = safeSegments(path)
  const name = segments?.at(-1)
  const top = segments?.[0]
  if (segments === null || name === undefined || top === undefined) {
    throw new StudioError('INVALID_INPUT', { reason: `path: not a relative path inside a folder: ${JSON.stringify(path)}` })
  }
  const folder = join(root, drop, ...segments.slice(0, -1))
  await mkdir(folder, { recursive: true })
  if (!((await realpath(folder)) + sep).startsWith(root + sep)) throw new StudioError('INVALID_INPUT', { reason: 'path leaves its folder' })
  const { file, handle } = await reserveFile(folder, name)
  try {
    await handle.writeFile(content)
    await handle.close()
  } catch (error) {
    await handle.close()
    await rm(file, { force: true })
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new StudioError('DISK_FULL', { path: root, neededBytes: null, freeBytes: null }, { cause: error })
    }
    throw error
  }
  return { file, top: segments.length === 1 ? file : join(root, drop, top) }
}
