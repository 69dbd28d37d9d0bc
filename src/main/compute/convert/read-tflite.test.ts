import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { openTfjs } from '../engines/tfjs-extractor.ts'
import { MalformedFile } from './malformed-file.ts'
import { mobileNetV1 } from './mobilenet-v1.ts'
import { readTflite } from './read-tflite.ts'
import { referencePictures } from './reference/reference-pictures.ts'
import small from './reference/small-tflite.json' with { type: 'json' }

const file = Buffer.from(small.base64, 'base64')
const scaling = { scale: 1 / 127.5, offset: -1 }

test("a small MobileNetV1 gives the features that TensorFlow Lite's interpreter gives", async () => {
  const extractor = await openTfjs('wasm', mobileNetV1('small', readTflite(file), scaling), 1)
  const features = await extractor.extract(referencePictures(8), 3)
  await extractor.close()
  for (const [index, expected] of small.features.flat().entries()) expect(features[index]).toBeCloseTo(expected, 5)
})

test('its blocks are named, so that it can be cut for fine-tuning', () => {
  const { topology } = mobileNetV1('small', readTflite(file), scaling)
  expect(topology.cuts).toEqual([
    { name: 'stem', op: 0 },
    { name: 'block1', op: 2 },
  ])
})

test('a file that ends anywhere before its end is never read as a whole network', () => {
  for (let length = 0; length < file.length; length += 3) {
    const cutOff = file.subarray(0, length)
    try {
      const whole = mobileNetV1('small', readTflite(file), scaling)
      // Names and descriptions at the end are not looked at: without them it is still the same network.
      expect(mobileNetV1('small', readTflite(cutOff), scaling)).toEqual(whole)
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedFile)
    }
  }
})

property.prop([fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })], { numRuns: 2000 })(
  'a file with any bytes changed is read or refused, and nothing else',
  (changes) => {
    const damaged = Buffer.from(file)
    for (const [position, byte] of changes) damaged[position] = byte
    try {
      mobileNetV1('small', readTflite(damaged), scaling)
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedFile)
    }
  },
)
