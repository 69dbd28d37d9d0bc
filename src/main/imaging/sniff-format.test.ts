import { describe, expect, test } from 'vitest'
import { PictureProblem } from './picture-problem.ts'
import { sniffFormat } from './sniff-format.ts'
import { drawSoftPicture, toSharp } from './testing/drawn-pictures.ts'

function problemOf(bytes: Buffer): { reason: string; detail: string } | null {
  try {
    sniffFormat(bytes)
    return null
  } catch (error) {
    if (error instanceof PictureProblem) return { reason: error.reason, detail: error.detail }
    throw error
  }
}

const latin = (text: string): Buffer => Buffer.from(text.padEnd(64, '\0'), 'latin1')
const media = (brand: string): Buffer => latin(`\0\0\0\x18ftyp${brand}\0\0\0\0mif1`)

describe('the format of a file', () => {
  test.each(['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const)('%s is told by its content', async (format) => {
    const bytes = await toSharp(drawSoftPicture(40, 30)).toFormat(format).toBuffer()
    expect(sniffFormat(bytes)).toBe(format)
  })

  test('an empty file is named as empty, and text with any name as no picture', () => {
    expect(problemOf(Buffer.alloc(0))?.reason).toBe('empty')
    expect(problemOf(Buffer.from('These are my holiday notes.\n'))?.reason).toBe('not-a-picture')
    expect(problemOf(Buffer.from('\xff', 'latin1'))?.reason).toBe('not-a-picture')
  })

  test('HEIC is known, also behind the general brand', () => {
    expect(sniffFormat(media('heic'))).toBe('heic')
    expect(sniffFormat(latin('\0\0\0\x1cftypmif1\0\0\0\0mif1heic'))).toBe('heic')
  })

  test.each([
    ['BMP', latin(`BM${'\0'.repeat(12)}`)],
    ['Photoshop', latin('8BPS\0\x01')],
    ['JPEG XL', latin('\xff\x0a')],
    ['PDF', latin('%PDF-1.7')],
    ['SVG', Buffer.from('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['camera raw', media('crx ')],
    ['camera raw', latin('II*\0\x10\0\0\0CR\x02\0')],
    ['film', media('isom')],
  ])('%s is named, with what to do', (name, bytes) => {
    expect(problemOf(bytes)).toMatchObject({ reason: 'unsupported' })
    expect(problemOf(bytes)?.detail).toContain(name)
    expect(problemOf(bytes)?.detail).toContain('save it as JPEG or PNG')
  })

  test('a camera raw file is not taken for its small preview', () => {
    const raw = Buffer.alloc(64)
    raw.write('II*\0', 0, 'latin1')
    raw.writeUInt32LE(8, 4)
    raw.writeUInt16LE(1, 8)
    raw.writeUInt16LE(0xfe, 10)
    raw.writeUInt16LE(4, 12)
    raw.writeUInt32LE(1, 14)
    raw.writeUInt32LE(1, 18)
    expect(problemOf(raw)).toMatchObject({ reason: 'unsupported' })
  })
})
