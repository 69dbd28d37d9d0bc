import type { Interval } from '../../main/contract/ids.ts'

/** `1,234`: whole numbers with thousands separated, so that large counts can be read. */
export function countText(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** `1 photo`, `12 photos`, `1 class`, `2 classes`: a count with its noun. */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${countText(count)} ${Math.abs(count) === 1 ? one : many}`
}

/** The same in the middle of a sentence: `none` for 0. */
export function countOrNone(count: number): string {
  return count === 0 ? 'none' : countText(count)
}

/** `cat`, `cat and dog`, `cat, dog and 3 more`: names for a sentence. */
export function fewNames(names: readonly string[]): string {
  const [first = '', second = '', ...more] = names
  if (more.length > 0) return `${first}, ${second} and ${countText(more.length)} more`
  return names.length === 2 ? `${first} and ${second}` : first
}

/** A p value: `= 0.18`, `= 0.054`, `= 0.003`, `< 0.001`; three digits wherever two would leave open on which side of 0.05 it is. */
export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${p.toFixed(p < 0.1 ? 3 : 2)}`
}

/** A share of 0..1 as `92.7 %`; whole percents where `digits` is 0. Only an exact 1 reads `100 %`, so that 0.9996 is not rounded up to it. */
export function percentText(share: number, digits = 1): string {
  const rounded = (share * 100).toFixed(digits)
  const scale = 10 ** digits
  if (Number(rounded) === 100 && share < 1) return `${(Math.floor(share * 100 * scale) / scale).toFixed(digits)} %`
  return `${rounded} %`
}

/** Bytes as `512 bytes`, `1.5 KB`, `12 MB`: decimal units, as disks and downloads count them; two significant digits above 1 KB. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return countOf(bytes, 'byte')
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = bytes / 1000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** A duration in seconds as people say it: `less than a second`, `1.4 s`, `12 s`, `3 min 12 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 0.1) return 'less than a second'
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
}

/** Time left, coarse on purpose so that it does not flicker: `a moment left`, `12 s left`, `about 4 min left`, `about 2 h left`. */
export function timeLeftText(seconds: number): string {
  if (seconds < 1.5) return 'a moment left'
  if (seconds < 50) return `${seconds < 10 ? Math.round(seconds) : Math.round(seconds / 5) * 5} s left`
  if (seconds < 90) return 'about a minute left'
  if (seconds < 3300) return `about ${Math.round(seconds / 60)} min left`
  if (seconds < 5400) return 'about an hour left'
  return `about ${Math.round(seconds / 3600)} h left`
}

/** A forecast, which is never exact: `about 4 s`, `about 2 min`. */
export function forecastText(seconds: number): string {
  if (seconds < 1.5) return 'about a second'
  if (seconds < 55) return `about ${seconds < 10 ? Math.round(seconds) : Math.round(seconds / 5) * 5} s`
  if (seconds < 90) return 'about a minute'
  if (seconds < 3300) return `about ${Math.round(seconds / 60)} min`
  if (seconds < 5400) return 'about an hour'
  return `about ${Math.round(seconds / 3600)} h`
}

/** Work per second: `212 a second`, `3.4 a second`, `30 a minute` where it is slower than one a second. */
export function rateText(perSecond: number): string {
  if (perSecond >= 9.95) return `${countText(perSecond)} a second`
  if (perSecond >= 1) return `${perSecond.toFixed(1)} a second`
  return `${countText(perSecond * 60)} a minute`
}

/** When something happened, seen from `nowMs`: `just now`, `5 min ago`, `3 h ago`, `yesterday`, `6 days ago`, `12 Mar 2026`. */
export function agoText(atMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - atMs) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ago`
  const days = Math.floor(hours / 24)
  if (days === 1) return 'yesterday'
  if (days < 14) return `${days} days ago`
  return new Date(atMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

/** What an interval of correct answers means for 100 new photos, in natural frequencies (Gigerenzer & Hoffrage, Psychol. Rev. 102, 1995). */
export interface Frequencies {
  /** `about 93 right, somewhere from 83 to 97`. */
  readonly sentence: string
  /** `51 of 55 test photos right`. */
  readonly counted: string
  /** `92.7 %, 95 % interval 82.7 to 97.1`. */
  readonly exact: string
}

/**
 * An interval in words for people and in figures for engineers. The sentence is in whole photos of 100, rounded to the nearest;
 * the exact figures stand beside it. `part` names the photos that were counted, e.g. `test`.
 */
export function frequencies(interval: Interval, part: string): Frequencies {
  const right = Math.round(interval.accuracy * interval.n)
  const middle = Math.round(interval.accuracy * 100)
  const low = Math.round(interval.low * 100)
  const high = Math.round(interval.high * 100)
  const about = middle === 100 ? 'nearly all right' : middle === 0 ? 'nearly all wrong' : `about ${middle} right`
  return {
    sentence: low === high ? about : `${about}, somewhere from ${low} to ${high}`,
    counted: `${countText(right)} of ${countOf(interval.n, `${part} photo`)} right`,
    exact: `${percentText(interval.accuracy)}, 95 % interval ${(interval.low * 100).toFixed(1)} to ${(interval.high * 100).toFixed(1)}`,
  }
}

/**
 * A probability as people count, never more than it is: `9 in 10`, from 0.95 on `97 in 100`, and never all of them. So `9 in 10` and more is
 * said from 0.9 on. Below 0.1 it is `less than 1 in 10`.
 */
export function frequencyText(probability: number): string {
  // 0.29 * 100 is a little less than 29.
  const of = (count: number): number => Math.floor(probability * count + 1e-9)
  if (of(10) === 0) return 'less than 1 in 10'
  return of(100) < 95 ? `${of(10)} in 10` : `${Math.min(99, of(100))} in 100`
}
