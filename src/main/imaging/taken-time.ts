import type { TakenTime } from '../contract/images.ts'
import { firstDirectory, tiffTag, type TiffDirectory } from './tiff-tags.ts'

/** Before the first photograph there was none; a year of four digits beyond the next century is that of no clock. */
const years = { first: 1826, last: 2199 }
const exifMark = 'Exif\0\0'

/**
 * When a picture was taken, by its EXIF block (a TIFF structure, with or without the mark before it): DateTimeOriginal, else
 * DateTimeDigitized, with their fractions of a second and their offset from UTC. Null where nothing or nothing sensible is said. Never throws.
 */
export function takenTime(exif: Buffer): TakenTime | null {
  const structure = exif.toString('latin1', 0, exifMark.length) === exifMark ? exif.subarray(exifMark.length) : exif
  const directory = firstDirectory(structure)?.directory(tiffTag.exifDirectory)
  if (directory == null) return null
  return (
    timeOf(directory, tiffTag.dateTimeOriginal, tiffTag.subSecTimeOriginal, tiffTag.offsetTimeOriginal) ??
    timeOf(directory, tiffTag.dateTimeDigitized, tiffTag.subSecTimeDigitized, tiffTag.offsetTimeDigitized)
  )
}

function timeOf(directory: TiffDirectory, time: number, fraction: number, offset: number): TakenTime | null {
  const clockMs = clockTime(directory.text(time) ?? '')
  if (clockMs === null) return null
  const offsetMinutes = offsetOf(directory.text(offset) ?? '')
  return { atMs: clockMs + fractionMs(directory.text(fraction) ?? '') - (offsetMinutes ?? 0) * 60_000, offsetMinutes }
}

/** `2024:05:03 14:07:59` as milliseconds since 1970, as though the clock showed UTC. Null for a day or a time that there is not. */
function clockTime(text: string): number | null {
  const parts = /^(\d{4})[:/-](\d{2})[:/-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})/.exec(text)?.slice(1).map(Number)
  if (parts === undefined) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
  if (year < years.first || year > years.last) return null
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second)
  // What is out of range runs over into the next unit: the 31st of June would be the 1st of July.
  return new Date(atMs).toISOString().startsWith(parts.slice(0, 3).map(twoDigits).join('-') + 'T' + parts.slice(3).map(twoDigits).join(':'))
    ? atMs
    : null
}

const twoDigits = (part: number): string => String(part).padStart(2, '0')

/** `4`, `42`, `420`: the digits behind the point of a second. */
function fractionMs(text: string): number {
  const digits = /^\d{1,9}/.exec(text)?.[0]
  return digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * 1000)
}

/** `+02:00` in minutes; null for what no zone of the earth is. */
function offsetOf(text: string): number | null {
  const found = /^([+-])(\d{2}):([0-5]\d)/.exec(text)
  if (found === null) return null
  const minutes = Number(found[2]) * 60 + Number(found[3])
  if (minutes > 14 * 60) return null
  return found[1] === '-' ? -minutes : minutes
}
