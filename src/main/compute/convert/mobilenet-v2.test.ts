import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs'
import { fc, test as property } from '@fast-check/vitest'
import { beforeAll, expect, test } from 'vitest'
import { loadTfjs, type Tfjs } from '../engines/load-tfjs.ts'
import { openTfjs } from '../engines/tfjs-extractor.ts'
import { MalformedFile } from './malformed-file.ts'
import { mobileNetV2 } from './mobilenet-v2.ts'
import { readTfjsLayers } from './read-tfjs-layers.ts'
import { referencePictures } from './reference/reference-pictures.ts'

const scaling = { scale: 1 / 127.5, offset: -1 }
const sizePx = 16
let tf: Tfjs
let reference: LayersModel
let modelJson: Buffer
let weights: Buffer

/** A body with every kind of layer that MobileNetV2 has, inside two Sequentials with a head, as Teachable Machine exports it. */
function smallBody(): LayersModel {
  const { layers } = tf
  const apply = (layer: { apply(x: SymbolicTensor | SymbolicTensor[]): unknown }, x: SymbolicTensor | SymbolicTensor[]) =>
    layer.apply(x) as SymbolicTensor
  const norm = (name: string, x: SymbolicTensor) =>
    apply(layers.batchNormalization({ name, betaInitializer: 'randomNormal', movingMeanInitializer: 'randomNormal' }), x)
  const relu = (name: string, x: SymbolicTensor) => apply(layers.reLU({ name, maxValue: 6 }), x)
  const conv = (name: string, x: SymbolicTensor, filters: number, kernelSize: number, strides: number, padding: 'same' | 'valid') =>
    apply(layers.conv2d({ name, filters, kernelSize, strides, padding, useBias: false }), x)
  const input = tf.input({ name: 'input_1', shape: [sizePx, sizePx, 3] })
  const pads: [[number, number], [number, number]] = [
    [0, 1],
    [0, 1],
  ]
  const padded = apply(layers.zeroPadding2d({ name: 'Conv1_pad', padding: pads }), input)
  const stem = relu('Conv1_relu', norm('bn_Conv1', conv('Conv1', padded, 8, 3, 2, 'valid')))
  const deep = apply(layers.depthwiseConv2d({ name: 'block_1_depthwise', kernelSize: 3, padding: 'same', useBias: false }), stem)
  const narrow = norm(
    'block_1_project_BN',
    conv('block_1_project', relu('block_1_relu', norm('block_1_depthwise_BN', deep)), 8, 1, 1, 'same'),
  )
  const sum = apply(layers.add({ name: 'block_1_add' }), [stem, narrow])
  const out = relu('out_relu', norm('Conv_1_bn', conv('Conv_1', sum, 12, 1, 1, 'same')))
  return tf.model({ inputs: input, outputs: out })
}

beforeAll(async () => {
  tf = await loadTfjs()
  const body = smallBody()
  reference = tf.sequential({ layers: [body, tf.layers.globalAveragePooling2d({})] })
  const whole = tf.sequential({ layers: [reference, tf.sequential({ layers: [tf.layers.dense({ inputShape: [12], units: 2 })] })] })
  await whole.save(
    tf.io.withSaveHandler((artifacts) => {
      modelJson = Buffer.from(
        JSON.stringify({
          modelTopology: artifacts.modelTopology,
          weightsManifest: [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }],
        }),
      )
      weights = Buffer.from(artifacts.weightData as ArrayBuffer)
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
    }),
  )
})

test("folding BatchNorm changes nothing: the features are those of TensorFlow.js' own layers", async () => {
  const extractor = await openTfjs('wasm', mobileNetV2('small', readTfjsLayers(modelJson, weights), scaling), 1)
  const pixels = referencePictures(sizePx)
  const features = await extractor.extract(pixels, 3)
  await extractor.close()
  const scaled = tf.tensor4d(Float32Array.from(pixels), [3, sizePx, sizePx, 3]).mul(scaling.scale).add(scaling.offset)
  const expected = (reference.predict(scaled) as import('@tensorflow/tfjs').Tensor).dataSync()
  expect(expected.some((value) => value > 0.01)).toBe(true)
  for (const [index, value] of expected.entries()) expect(features[index]).toBeCloseTo(value, 5)
})

test('its parts are named, so that it can be cut for fine-tuning', () => {
  const { topology } = mobileNetV2('small', readTfjsLayers(modelJson, weights), scaling)
  expect(topology.cuts.map(({ name }) => name)).toEqual(['stem', 'block1', 'head'])
})

test('weights that are cut off, too long or of another type are refused', () => {
  expect(() => readTfjsLayers(modelJson, weights.subarray(0, -4))).toThrow(MalformedFile)
  expect(() => readTfjsLayers(modelJson, Buffer.concat([weights, Buffer.alloc(4)]))).toThrow(/4 bytes of weights too many/)
  const file = JSON.parse(modelJson.toString()) as { weightsManifest: { weights: { dtype: string }[] }[] }
  const [first] = file.weightsManifest[0]?.weights ?? []
  if (first) first.dtype = 'uint8'
  const halved = Buffer.from(JSON.stringify(file))
  expect(() => readTfjsLayers(halved, weights)).toThrow(MalformedFile)
})

test('a layer that is not understood is refused instead of left out', () => {
  const json = Buffer.from(modelJson.toString().replace('"class_name":"ReLU"', '"class_name":"Lambda"'))
  expect(() => mobileNetV2('small', readTfjsLayers(json, weights), scaling)).toThrow(MalformedFile)
})

property.prop([fc.nat(), fc.nat(255)], { numRuns: 500 })(
  'a model.json with any byte changed is read or refused, and nothing else',
  (at, byte) => {
    const damaged = Buffer.from(modelJson)
    damaged[at % damaged.length] = byte
    try {
      mobileNetV2('small', readTfjsLayers(damaged, weights), scaling)
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedFile)
    }
  },
)
