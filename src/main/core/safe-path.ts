import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** Deeper folders than this are no photo collection. */
const maxDepth = 32
/** File systems allow 255 bytes; the rest is for the number of a second file of the same name. */
const maxNameBytes = 240
const reservedOnWindows = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * The folders and the name of a relative path that came from elsewhere, safe to create on any system: no separators, control characters,
 * reserved names or trailing dots. Answers null for a path that leaves its folder, is absolute, empty or too deep.
 */
export function safeSegments(path: string): readonly string[] | null {
  if (path === '' || path.includes('\0') || /^([/\\]|[a-z]:)/i.test(path)) return null
  const segments = path.split(/[/\\]/)
  if (segments.length > maxDepth || segments.some((segment) => segment === '' || segment === '.' || segment === '..')) return null
  const names = segments.map(safeName)
  return names.includes('') ? null : names
}

function safeName(segment: string): string {
  const plain = segment.replace(/[\p{Cc}<>:"|?*]/gu, '_').replace(/[. ]+$/, '')
  const short = shorten(plain)
  return reservedOnWindows.test(short) ? `_${short}` : short
}

/** Shortens in the middle: the extension stays. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= maxNameBytes) return name
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 && name.length - dot <= 10 ? name.slice(dot) : ''
  let stem = [...name.slice(0, name.length - extension.length)]
  while (Buffer.byteLength(stem.join('') + extension) > maxNameBytes) stem = stem.slice(0, -1)
  return stem.join('') + extension
}

/** `cat.jpg`, `cat (2).jpg`, `cat (3).jpg` ... for the files of one name. */
function numberedName(name: string, number: number): string {
  if (number === 1) return name
  const dot = name.lastIndexOf('.')
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`
}

/** Makes an empty file that did not exist before, under another number where there is one of that name: both are kept. The caller closes it. */
export async function reserveFile(folder: string, name: string): Promise<{ readonly file: string; readonly handle: FileHandle }> {
  for (let number = 1; ; number++) {
    const file = join(folder, numberedName(name, number))
    try {
      return { file, handle: await open(file, 'wx') }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}
