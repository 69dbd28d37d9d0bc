import type { io, LayersModel, SymbolicTensor, Tensor } from '@tensorflow/tfjs'
import { fc, test as property } from '@fast-check/vitest'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { loadTfjs, type Tfjs } from '../engines/load-tfjs.ts'
import { openModel } from '../engines/open-model.ts'
import { openTfjs } from '../engines/tfjs-extractor.ts'
import { findCuts } from './find-cuts.ts'
import { MalformedFile } from './malformed-file.ts'
import { networkToOnnx, onnxInput, onnxOutput } from './network-to-onnx.ts'
import { buildTfjsModel } from './network-to-tfjs.ts'
import type { Network, NetworkTopology } from './network.ts'
import { assembleNetwork } from './plain-graph.ts'
import { readTfjsLayers } from './read-tfjs-layers.ts'
import { referencePictures } from './reference/reference-pictures.ts'
import { residualNetwork } from './residual-network-for-tests.ts'
import { tfjsLayersGraph } from './tfjs-layers-graph.ts'

const sizePx = 16
const scaling = { scale: 1 / 127.5, offset: -1 }
const header = { id: 'small', inputSizePx: sizePx, scaling }
const resources = join(import.meta.dirname, '../../../../resources/backbones')
let tf: Tfjs
let reference: LayersModel
let modelJson: Buffer
let weights: Buffer

type Layer = { apply(x: SymbolicTensor | SymbolicTensor[]): unknown }

/** A residual body with a normalisation that follows no convolution, one behind a dropout, zeros before a pool, and a head. */
function smallModel(): { features: LayersModel; whole: LayersModel } {
  const { layers } = tf
  const apply = (layer: Layer, x: SymbolicTensor | SymbolicTensor[]) => layer.apply(x) as SymbolicTensor
  const random = { betaInitializer: 'randomNormal', movingMeanInitializer: 'randomNormal', gammaInitializer: 'randomUniform' } as const
  const input = tf.input({ name: 'image', shape: [sizePx, sizePx, 3] })
  const around: [[number, number], [number, number]] = [
    [2, 2],
    [2, 2],
  ]
  let x = apply(layers.zeroPadding2d({ name: 'pad', padding: around }), input)
  x = apply(layers.conv2d({ name: 'stem', filters: 6, kernelSize: 5, strides: 2, padding: 'valid', biasInitializer: 'randomNormal' }), x)
  x = apply(layers.dropout({ name: 'forgets', rate: 0.5 }), x)
  x = apply(layers.batchNormalization({ name: 'stem_bn', ...random }), x)
  x = apply(layers.activation({ name: 'stem_relu', activation: 'relu' }), x)
  const one: [[number, number], [number, number]] = [
    [1, 1],
    [1, 1],
  ]
  x = apply(layers.zeroPadding2d({ name: 'pool_pad', padding: one }), x)
  const pooled = apply(layers.maxPooling2d({ name: 'pool1', poolSize: 3, strides: 2 }), x)
  // Normalised before the convolution, as in the second version of ResNet.
  let y = apply(layers.batchNormalization({ name: 'pre_bn', ...random }), pooled)
  y = apply(layers.reLU({ name: 'pre_relu' }), y)
  y = apply(layers.depthwiseConv2d({ name: 'deep', kernelSize: 3, padding: 'same', useBias: false }), y)
  y = apply(layers.conv2d({ name: 'narrow', filters: 6, kernelSize: 1, activation: 'relu6' }), y)
  y = apply(layers.conv2d({ name: 'wide', filters: 6, kernelSize: 1, useBias: false }), y)
  x = apply(layers.add({ name: 'sum' }), [y, pooled])
  x = apply(layers.activation({ name: 'out', activation: 'relu' }), x)
  const mean = apply(layers.globalAveragePooling2d({ name: 'mean' }), x)
  const classes = apply(layers.dense({ name: 'classes', units: 3, activation: 'softmax' }), apply(layers.dropout({ rate: 0.2 }), mean))
  return { features: tf.model({ inputs: input, outputs: mean }), whole: tf.model({ inputs: input, outputs: classes }) }
}

beforeAll(async () => {
  tf = await loadTfjs()
  const { features, whole } = smallModel()
  reference = features
  await whole.save(
    tf.io.withSaveHandler((artifacts: io.ModelArtifacts) => {
      const manifest = [{ paths: ['weights.bin'], weights: artifacts.weightSpecs }]
      modelJson = Buffer.from(JSON.stringify({ modelTopology: artifacts.modelTopology, weightsManifest: manifest }))
      weights = Buffer.from(artifacts.weightData as ArrayBuffer)
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
    }),
  )
})

const pixels = referencePictures(sizePx)
const fromLayers = (json = modelJson): Network => assembleNetwork(tfjsLayersGraph(readTfjsLayers(json, weights)).nodes, header)

async function onOnnxruntime(network: Network): Promise<Float32Array> {
  const { inputSizePx, featureDim } = network.topology
  const file = networkToOnnx(network)
  const extractor = await openModel({ engine: 'onnxruntime', file, input: onnxInput, output: onnxOutput, inputSizePx, featureDim }, 1)
  const features = await extractor.extract(pixels, 3)
  await extractor.close()
  return features
}
async function onWasm(network: Network): Promise<Float32Array> {
  const extractor = await openTfjs('wasm', network, 1)
  const features = await extractor.extract(pixels, 3)
  await extractor.close()
  return features
}
function asLayersModel(network: Network): Float32Array {
  const model = buildTfjsModel(tf, network, null)
  const features = tf.tidy(() => (model.predict(tf.tensor4d(Float32Array.from(pixels), [3, sizePx, sizePx, 3])) as Tensor).dataSync())
  model.dispose()
  return features as Float32Array
}
function expectClose(actual: Float32Array, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  for (const [at, value] of actual.entries()) expect(value).toBeCloseTo(expected[at] ?? NaN, 4)
}

test("a model of layers in any arrangement gives the features of TensorFlow.js' own layers, by every way that they are computed", async () => {
  const network = fromLayers()
  const scaled = tf.tensor4d(Float32Array.from(pixels), [3, sizePx, sizePx, 3]).mul(scaling.scale).add(scaling.offset)
  const expected = (reference.predict(scaled) as Tensor).dataSync()
  expectClose(await onWasm(network), expected)
  expectClose(await onOnnxruntime(network), expected)
  expectClose(asLayersModel(network), expected)
  expect(network.topology.ops.map(({ kind }) => kind)).toEqual([
    ...(['conv', 'max-pool', 'depthwise', 'depthwise', 'conv', 'conv', 'add', 'activation', 'global-average-pool'] as const),
  ])
  expect(network.topology.cuts).toEqual([
    { name: 'stem', op: 0 },
    { name: 'block0', op: 1 },
  ])
})

test('plain ReLU, largest values and a scale for each channel are the same on onnxruntime, in an export and on the engine', async () => {
  const expected = await onWasm(residualNetwork())
  expectClose(await onOnnxruntime(residualNetwork()), expected)
  expectClose(asLayersModel(residualNetwork()), expected)
})

test('a largest value is not taken of zeros that were added where something below 0 may come in', () => {
  const { topology } = residualNetwork()
  const [stem, pool, ...rest] = topology.ops
  const lying = { ...topology, ops: [{ ...stem, activation: 'none' }, pool, ...rest] } as NetworkTopology
  expect(() => assembleNetwork([], header)).toThrow(MalformedFile)
  expect(() => buildTfjsModel(tf, { topology: lying, weights: new Map() }, null)).toThrow()
})

// The makers of this one named its blocks; weights are fetched, never committed.
test.skipIf(!existsSync(join(resources, 'mobilenet-v2-035/network.json')))(
  'cuts are found where the makers of a network see its blocks',
  () => {
    for (const id of ['mobilenet-v2-035', 'efficientnet-lite0', 'mobilenet-v1-100']) {
      const path = join(resources, id, 'network.json')
      if (!existsSync(path)) continue
      const { topology } = JSON.parse(readFileSync(path, 'utf8')) as { topology: NetworkTopology }
      const places = (cuts: NetworkTopology['cuts']) => cuts.map(({ op }) => op)
      expect(places(findCuts(topology))).toEqual(places(topology.cuts))
    }
  },
)

property.prop([fc.nat(), fc.constantFrom('drop', 'double', 'rename', 'shape', 'kind')])(
  'a model that is mutilated is refused, or is a network',
  (seed, how) => {
    const model = JSON.parse(modelJson.toString()) as { modelTopology: { config: { layers: Record<string, unknown>[] } } }
    const { layers } = model.modelTopology.config
    const at = seed % layers.length
    const layer = layers[at]
    if (layer === undefined) return
    if (how === 'drop') layers.splice(at, 1)
    if (how === 'double') layers.splice(at, 0, layer)
    if (how === 'rename') layer['name'] = 'another'
    if (how === 'shape') layer['config'] = { ...(layer['config'] as object), kernel_size: [1 + (seed % 40), 3], strides: [0, 0] }
    if (how === 'kind') layer['class_name'] = ['Add', 'Dense', 'GlobalAveragePooling2D', 'Conv2D', 'LSTM'][seed % 5]
    try {
      fromLayers(Buffer.from(JSON.stringify(model)))
    } catch (error) {
      expect(error).toBeInstanceOf(MalformedFile)
    }
  },
)
