import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, realpath, rm } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { pid } from 'node:process'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { StudioError } from '../../contract/errors.ts'
import { numberedName, uploadSegments } from './upload-name.ts'

/** Larger than any photo that the image worker takes. */
export const uploadLimitBytes = 512 * 1024 * 1024

/** Where files that a browser sends lie until the server closes. */
export interface UploadFolder {
  readonly root: string
  /**
   * Writes `content` to `path` (relative, with its folders) inside the batch. Answers the absolute path of the file, or of the topmost
   * folder that holds it: what to import. Throws `INVALID_INPUT` for a path or batch of a wrong form, `PICTURE_UNREADABLE` when the file
   * is too large, `DISK_FULL`. Nothing is left of a file that did not arrive whole.
   */
  take(batch: string, path: string, content: Readable): Promise<string>
  /** Deletes everything. */
  close(): Promise<void>
}

/** Opens a folder of this process below `dataDir`, and deletes what processes that are gone have left there. */
export async function openUploadFolder(dataDir: string, limitBytes: number = uploadLimitBytes): Promise<UploadFolder> {
  const parent = join(dataDir, 'uploads')
  await mkdir(parent, { recursive: true })
  await deleteLeftovers(parent)
  const created = join(parent, `${pid}-${randomBytes(4).toString('hex')}`)
  await mkdir(created, { mode: 0o700 })
  const root = await realpath(created)
  return {
    root,
    take: (batch, path, content) => takeFile(root, limitBytes, batch, path, content),
    close: () => rm(root, { recursive: true, force: true }),
  }
}

async function takeFile(root: string, limitBytes: number, batch: string, path: string, content: Readable): Promise<string> {
  if (!/^[a-z0-9-]{8,64}$/.test(batch)) throw new StudioError('INVALID_INPUT', { reason: 'batch: 8 to 64 of a-z, 0-9 and -' })
  const segments = uploadSegments(path)
  const name = segments?.at(-1)
  const top = segments?.[0]
  if (segments === null || name === undefined || top === undefined) {
    throw new StudioError('INVALID_INPUT', { reason: `path: not a relative path inside a folder: ${JSON.stringify(path)}` })
  }
  // It may break off while the folders are made; `pipeline` tells of it then.
  content.on('error', () => undefined)
  const folder = join(root, batch, ...segments.slice(0, -1))
  await mkdir(folder, { recursive: true })
  if (!((await realpath(folder)) + sep).startsWith(root + sep)) throw new StudioError('INVALID_INPUT', { reason: 'path leaves its folder' })
  const file = await reserve(folder, name)
  try {
    await pipeline(content, atMost(limitBytes, path), createWriteStream(file))
  } catch (error) {
    await rm(file, { force: true })
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
      throw new StudioError('DISK_FULL', { path: root, neededBytes: null, freeBytes: null }, { cause: error })
    }
    throw error
  }
  return segments.length === 1 ? file : join(root, batch, top)
}

/** An empty file that did not exist before: two files of one name in one drop are both kept. */
async function reserve(folder: string, name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const file = join(folder, numberedName(name, number))
    try {
      await (await open(file, 'wx')).close()
      return file
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

function atMost(limitBytes: number, file: string): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > limitBytes) {
        done(new StudioError('PICTURE_UNREADABLE', { file, reason: `larger than ${Math.floor(limitBytes / 1024 ** 2)} MB` }))
      } else done(null, chunk)
    },
  })
}

async function deleteLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = Number(name.split('-')[0])
    if (!isAlive(owner)) await rm(join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // A process of somebody else may not be signalled, but it is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
