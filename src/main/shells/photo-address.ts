import { StudioError } from '../contract/errors.ts'
import type { StudioContext } from '../core/context.ts'
import { pathsInside, photoFile, readOriginal, shownAtMostBytes } from '../core/images/photo-files.ts'
import { readPlainFile } from '../core/plain-file.ts'

type PhotoKind = 'thumbnail' | 'working-copy'

const form = /^\/(?:photos\/)?(thumbnail|working-copy)\/([0-9a-f]{64})\.jpg$/

/** Without an extension: originals are of several kinds. */
const originalForm = /^\/(?:photos\/)?original\/([0-9a-f]{64})$/

/** Reads `/photos/KIND/HASH.jpg` (or `/KIND/HASH.jpg`); null for anything else. Nothing is decoded: a valid address has no escapes. */
function parsePhotoAddress(pathname: string): { readonly kind: PhotoKind; readonly hash: string } | null {
  const match = form.exec(pathname)
  if (match?.[1] === undefined || match[2] === undefined) return null
  return { kind: match[1] as PhotoKind, hash: match[2] }
}

/**
 * The file behind a photo's address, or null when there is no project, no such file, or when the file's real path is outside of the
 * open project (a project folder from elsewhere may hold symbolic links).
 */
export async function findPhoto(context: StudioContext, pathname: string): Promise<string | null> {
  const address = parsePhotoAddress(pathname)
  if (address === null) return null
  try {
    const project = context.project()
    const file = photoFile(project, address.hash, address.kind)
    const inside = await pathsInside(project.files)
    return await inside(file)
  } catch (error) {
    if (error instanceof StudioError) return null
    throw error
  }
}

/** A picture to answer with. A door sends it with `nosniff`. */
export interface Photo {
  readonly type: string
  readonly bytes: Buffer
}

/** The picture behind a photo's address; null where there is none that may be shown, as `findPhoto` and `findOriginalPhoto` say, or no plain file. */
export async function readPhoto(context: StudioContext, pathname: string): Promise<Photo | null> {
  const original = await findOriginalPhoto(context, pathname)
  if (original !== null) return original
  const file = await findPhoto(context, pathname)
  const bytes = file === null ? null : await readPlainFile(file, shownAtMostBytes)
  return bytes === null ? null : { type: 'image/jpeg', bytes }
}

/**
 * The original behind `/photos/original/HASH` (or `/original/HASH`), with the type to name it by; null when there is no project, or nothing
 * of it that may be shown, as `readOriginal` says.
 */
async function findOriginalPhoto(context: StudioContext, pathname: string): Promise<Photo | null> {
  const hash = originalForm.exec(pathname)?.[1]
  if (hash === undefined) return null
  try {
    return await readOriginal(context.project(), hash)
  } catch (error) {
    if (error instanceof StudioError) return null
    throw error
  }
}
