import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { MalformedFile } from './malformed-file.ts'
import { readTorch } from './read-torch.ts'
import small from './reference/small-state-dict.json' with { type: 'json' }

const file = Buffer.from(small.base64, 'base64')

/** Opcodes of a pickle by hand: protocol 2, then what is given, then the end. */
function pickle(...parts: (number | string)[]): Buffer {
  return Buffer.concat([0x80, 2, ...parts, 0x2e].map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))))
}
/** The first three pickles of any such file. */
const opening = file.subarray(0, endOfOpening())
function endOfOpening(): number {
  let end = -1
  for (let pickles = 0; pickles < 3; pickles++) end = file.indexOf(Buffer.from([0x2e, 0x80, 2]), end + 1)
  return end + 1
}

test('a tensor whose strides are not row-major is read in the order of its shape', () => {
  const turned = readTorch(file).get('turned')
  expect(turned?.shape).toEqual(small.shape)
  expect([...(turned?.data ?? [])]).toEqual(small.rowMajor)
})

test('float32 tensors are read and counters left out', () => {
  const tensors = readTorch(file)
  expect([...tensors.keys()]).toEqual(['plain', 'turned'])
  expect([...(tensors.get('plain')?.data ?? [])]).toEqual(Array.from({ length: 24 }, (_, i) => i / 8))
})

test('a file that names something to run is refused, with the name', () => {
  const hostile = Buffer.concat([opening, pickle('cposix\nsystem\n', '(X', 4, 0, 0, 0, 'true', 't', 'R')])
  expect(() => readTorch(hostile)).toThrow(/refused: the file asks for posix system/)
})

test('every opcode that a state dict does not need is refused', () => {
  const allowed = new Set('(}])qrhjXKMJ\x8a\x88\x89Nct\x85\x86\x87QRsuaeb.\x80'.split('').map((character) => character.charCodeAt(0)))
  for (let opcode = 0; opcode < 256; opcode++)
    if (!allowed.has(opcode)) expect(() => readTorch(Buffer.concat([opening, pickle(opcode)]))).toThrow(/refused: opcode/)
})

test('a tensor of stride 0 that asks for more memory than the file has is refused', () => {
  // The shape of `plain` is (2, 3, 2, 2); strides (12, 4, 2, 1). One side becomes 200, its stride 0.
  const at = file.indexOf(Buffer.from([0x28, 0x4b, 2, 0x4b, 3, 0x4b, 2, 0x4b, 2, 0x74]))
  const strides = file.indexOf(Buffer.from([0x28, 0x4b, 12, 0x4b, 4, 0x4b, 2, 0x4b, 1, 0x74]))
  expect(Math.min(at, strides)).toBeGreaterThan(0)
  const hostile = Buffer.from(file)
  hostile[at + 2] = 200
  hostile[strides + 2] = 0
  expect(() => readTorch(hostile)).toThrow(/reaches beyond its storage/)
})

test('a file that ends anywhere before its end is told as such', () => {
  for (let length = 0; length < file.length; length++) expect(() => readTorch(file.subarray(0, length))).toThrow(MalformedFile)
})

property.prop([fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })], { numRuns: 2000 })(
  'a file with any bytes changed is read or refused, and nothing else',
  (changes) => {
    const damaged = Buffer.from(file)
    for (const [position, byte] of changes) damaged[position] = byte
    try {
      readTorch(damaged)
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedFile)
    }
  },
)
