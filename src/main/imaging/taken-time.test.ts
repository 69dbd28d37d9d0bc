import { fc, test as property } from '@fast-check/vitest'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { inspectPicture } from './decode-picture.ts'
import { takenTime } from './taken-time.ts'
import { drawSoftPicture, toSharp } from './testing/drawn-pictures.ts'

type Format = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif'

/** A file whose EXIF block was written by libexif, with these texts in its directory of the camera. */
async function fileWith(texts: Readonly<Record<string, string>>, format: Format = 'jpeg'): Promise<Buffer> {
  return toSharp(drawSoftPicture(40, 30))
    .withExif({ IFD2: { ...texts } })
    .toFormat(format)
    .toBuffer()
}
const taken = async (texts: Readonly<Record<string, string>>, format?: Format) =>
  (await inspectPicture(await fileWith(texts, format))).taken

test.each(['jpeg', 'png', 'webp', 'avif'] as const)('the time that a camera wrote is read from %s', async (format) => {
  const texts = { DateTimeOriginal: '2024:05:03 14:07:59', SubSecTimeOriginal: '42', OffsetTimeOriginal: '+02:00' }
  expect(await taken(texts, format)).toEqual({ atMs: Date.parse('2024-05-03T14:07:59.420+02:00'), offsetMinutes: 120 })
})

test('without an offset the clock is read as that of UTC, so that it says the same on every machine', async () => {
  expect(await taken({ DateTimeOriginal: '2024:05:03 14:07:59' })).toEqual({
    atMs: Date.parse('2024-05-03T14:07:59Z'),
    offsetMinutes: null,
  })
})

test('a camera behind UTC, digits of a second of any number, and the time of digitising where there is no other', async () => {
  const texts = { DateTimeDigitized: '1999:12:31 23:59:59', SubSecTimeDigitized: '9876', OffsetTimeDigitized: '-09:30' }
  expect(await taken(texts)).toEqual({ atMs: Date.parse('1999-12-31T23:59:59.987-09:30'), offsetMinutes: -570 })
})

test.each([
  '0000:00:00 00:00:00',
  '2023:02:29 12:00:00',
  '2024:06:31 12:00:00',
  '2024:13:01 12:00:00',
  '2024:01:01 24:00:00',
  '2024:01:01 12:60:00',
  '    :  :     :  :  ',
  '1700:01:01 12:00:00',
  'yesterday',
])('a time that there is not is none: "%s"', async (text) => {
  expect(await taken({ DateTimeOriginal: text })).toBeNull()
})

test('an offset that no zone of the earth has is none, and the time counts without it', async () => {
  const texts = { DateTimeOriginal: '2024:05:03 14:07:59', OffsetTimeOriginal: '+99:00', SubSecTimeOriginal: 'ab' }
  expect(await taken(texts)).toEqual({ atMs: Date.parse('2024-05-03T14:07:59Z'), offsetMinutes: null })
})

test('a picture without an EXIF block has no time', async () => {
  expect((await inspectPicture(await toSharp(drawSoftPicture(40, 30)).jpeg().toBuffer())).taken).toBeNull()
  expect((await inspectPicture(await toSharp(drawSoftPicture(40, 30)).png().toBuffer())).taken).toBeNull()
})

/** A TIFF structure in the order of a Motorola, with the time in its camera's directory; `pointer`: where that is said to lie. */
function bigEndian(pointer = 26): Buffer {
  const text = '2001:02:03 04:05:06\0'
  const bytes = Buffer.alloc(44 + text.length)
  bytes.write('MM\0*', 0, 'latin1')
  bytes.writeUInt32BE(8, 4)
  bytes.writeUInt16BE(1, 8)
  bytes.writeUInt16BE(0x8769, 10)
  bytes.writeUInt16BE(4, 12)
  bytes.writeUInt32BE(1, 14)
  bytes.writeUInt32BE(pointer, 18)
  bytes.writeUInt16BE(1, 26)
  bytes.writeUInt16BE(0x9003, 28)
  bytes.writeUInt16BE(2, 30)
  bytes.writeUInt32BE(text.length, 32)
  bytes.writeUInt32BE(44, 36)
  bytes.write(text, 44, 'latin1')
  return bytes
}

test('both orders of bytes are read, and a pointer to itself or out of the block leads nowhere', () => {
  expect(takenTime(bigEndian())).toEqual({ atMs: Date.UTC(2001, 1, 3, 4, 5, 6), offsetMinutes: null })
  expect([8, 63, 64, 0xffffffff].map((pointer) => takenTime(bigEndian(pointer)))).toEqual([null, null, null, null])
})

const valid = await sharp(await fileWith({ DateTimeOriginal: '2024:05:03 14:07:59', OffsetTimeOriginal: '+02:00' })).metadata()
const change = fc.record({ at: fc.nat(), byte: fc.nat({ max: 255 }) })
property.prop([fc.array(change, { maxLength: 40 }), fc.nat(), fc.boolean()], { numRuns: 2000 })(
  'a damaged or hostile block never throws and never gives a time outside of the sensible years',
  (changes, cut, isBig) => {
    const bytes = Buffer.from(isBig ? bigEndian() : valid.exif!)
    for (const { at, byte } of changes) bytes[at % bytes.length] = byte
    const said = takenTime(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes)
    if (said === null) return
    expect(new Date(said.atMs).getUTCFullYear()).toBeGreaterThanOrEqual(1825)
    expect(new Date(said.atMs).getUTCFullYear()).toBeLessThanOrEqual(2200)
  },
)

property.prop([fc.uint8Array({ maxLength: 200 })])('whatever the bytes are, reading them does not throw', (bytes) => {
  takenTime(Buffer.from(bytes))
  takenTime(Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), Buffer.from(bytes)]))
})
