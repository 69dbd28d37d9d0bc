import { z } from 'zod'

const counted = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 20 })

/** A whole number from `least` to `most`, both allowed. Whatever else comes is told the whole range, not the end that it missed. */
export function wholeNumber(least: number, most: number): z.ZodType<number, number> {
  const isInside = (value: unknown): boolean => Number.isSafeInteger(value) && isBetween(value, least, most)
  return z.custom<number>(isInside, `must be a whole number from ${counted(least)} to ${counted(most)}`)
}

/** The same for any finite number. */
export function numberBetween(least: number, most: number): z.ZodType<number, number> {
  return z.custom<number>((value) => isBetween(value, least, most), `must be a number from ${counted(least)} to ${counted(most)}`)
}

/** A part of a whole as 0..1, told in percent. */
export function shareBetween(least: number, most: number): z.ZodType<number, number> {
  const words = `must be from ${counted(least * 100)} to ${counted(most * 100)} %`
  return z.custom<number>((value) => isBetween(value, least, most), words)
}

function isBetween(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}
