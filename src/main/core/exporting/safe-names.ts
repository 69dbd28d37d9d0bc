import { isPassedOver } from '../images/list-files.ts'
import { projectEnding } from '../project/project-files.ts'

/** Every system takes 255 bytes or more; a path has other folders in it, and a name may get a number. */
const longestBytes = 180

/** Names of devices, which Windows takes for no file with any ending (Microsoft, "Naming Files, Paths, and Namespaces"). */
const device = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/i

/**
 * A name as near to the given one as every system takes it, and as our own import does not pass it over: no character that one of them
 * refuses, no name of a device, no dot or blank at an end, at most 180 bytes. `fallback` where nothing is left.
 */
export function safeName(name: string, fallback: string): string {
  const clean = trimmed(
    name
      .normalize('NFC')
      .toWellFormed()
      // Also what turns the direction of writing, which can hide an ending.
      .replace(/[<>:"/\\|?*\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff\ufffd]/gu, '_'),
  )
  const { stem, ending } = parts(clean === '' ? fallback : clean)
  const fitted = trimmed(shortened(stem, longestBytes - byteLength(ending)))
  const named = `${fitted === '' ? fallback : fitted}${ending}`
  const [first = ''] = named.split('.')
  const free = device.test(first.trim()) ? `${first}_${named.slice(first.length)}` : named
  if (!isPassedOver(free)) return free
  return free.toLowerCase().endsWith(projectEnding) ? `${free}_` : `_${free}`
}

/** Gives every name in a folder once, also on disks that do not tell case or accents apart. */
export class SafeNames {
  readonly #taken: Set<string>

  constructor(reserved: readonly string[] = []) {
    this.#taken = new Set(reserved.map(foldForDisk))
  }

  /** The name itself, made safe, or with ` (2)` before its ending where that is taken. */
  take(name: string, fallback: string): string {
    const wanted = safeName(name, fallback)
    const { stem, ending } = parts(wanted)
    for (let count = 1; ; count++) {
      const suffix = count === 1 ? '' : ` (${count})`
      const free = count === 1 ? wanted : `${shortened(stem, longestBytes - byteLength(ending) - suffix.length)}${suffix}${ending}`
      const key = foldForDisk(free)
      if (this.#taken.has(key)) continue
      this.#taken.add(key)
      return free
    }
  }
}

/** Two names that some disk takes for one are equal here; it does no harm that others are as well. */
export function foldForDisk(name: string): string {
  return name
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
}

/** Splits before the ending, which has up to ten letters or digits: `a.b.JPG` is `a.b` and `.JPG`. */
export function parts(name: string): { readonly stem: string; readonly ending: string } {
  const ending = /(?<=.)\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? ''
  return { stem: name.slice(0, name.length - ending.length), ending }
}

/** Windows drops dots and blanks at the end; files with a dot first are hidden. */
function trimmed(name: string): string {
  return name.replace(/^[\s]+|[\s.]+$/gu, '').replace(/^\./, '_')
}

/** The longest beginning with at most so many bytes of UTF-8; no character is cut in two. */
function shortened(text: string, bytes: number): string {
  if (byteLength(text) <= bytes) return text
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    used += byteLength(segment)
    if (used > bytes) break
    kept += segment
  }
  return kept
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const byteLength = (text: string): number => Buffer.byteLength(text, 'utf8')
