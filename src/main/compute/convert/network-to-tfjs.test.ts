import type { io, LayersModel, Tensor } from '@tensorflow/tfjs'
import { beforeAll, expect, test } from 'vitest'
import type { Head } from '../../contract/worker/training-tasks.ts'
import { loadTfjs, type Tfjs } from '../engines/load-tfjs.ts'
import { selfTestNetwork } from '../engines/self-test.ts'
import { openTfjs } from '../engines/tfjs-extractor.ts'
import { buildTfjsModel } from './network-to-tfjs.ts'
import { referencePictures } from './reference/reference-pictures.ts'

const head: Head = {
  dim: 6,
  classCount: 3,
  weights: Float32Array.from({ length: 18 }, (_, i) => ((i * 7) % 11) / 10 - 0.5),
  bias: Float32Array.of(0.1, -0.2, 0.3),
}
let tf: Tfjs

beforeAll(async () => {
  tf = await loadTfjs()
})

function predict(model: LayersModel): number[] {
  return tf.tidy(() => [...(model.predict(tf.tensor4d(Float32Array.from(referencePictures(16)), [3, 16, 16, 3])) as Tensor).dataSync()])
}

async function features(): Promise<number[]> {
  const extractor = await openTfjs('wasm', selfTestNetwork(), 1)
  const answer = await extractor.extract(referencePictures(16), 3)
  await extractor.close()
  return [...answer]
}

test('as a layers model the network gives the same features, from plain RGB values', async () => {
  const model = buildTfjsModel(tf, selfTestNetwork(), null)
  for (const [index, value] of (await features()).entries()) expect(predict(model)[index]).toBeCloseTo(value, 5)
  model.dispose()
})

test('with a head it answers with the softmax of features * weights + bias', async () => {
  const model = buildTfjsModel(tf, selfTestNetwork(), head)
  const answer = predict(model)
  const rows = await features()
  for (let picture = 0; picture < 3; picture++) {
    const logits = [...head.bias].map((bias, k) =>
      rows.slice(picture * 6, picture * 6 + 6).reduce((sum, value, i) => sum + value * (head.weights[i * 3 + k] ?? NaN), bias),
    )
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0)
    for (const [k, logit] of logits.entries()) expect(answer[picture * 3 + k]).toBeCloseTo(Math.exp(logit) / total, 5)
  }
  model.dispose()
})

test('saved and loaded again it answers the same: scaling, padding and relu6 survive the file', async () => {
  const model = buildTfjsModel(tf, selfTestNetwork(), head)
  let saved: io.ModelArtifacts = {}
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved = JSON.parse(JSON.stringify({ ...artifacts, weightData: null })) as io.ModelArtifacts
      saved = { ...saved, ...(artifacts.weightData === undefined ? {} : { weightData: artifacts.weightData }) }
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } })
    }),
  )
  const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved))
  expect(predict(loaded)).toEqual(predict(model))
  loaded.dispose()
  model.dispose()
})

test('building, predicting and disposing leaves no tensor behind', () => {
  const before = tf.memory().numTensors
  const model = buildTfjsModel(tf, selfTestNetwork(), head)
  predict(model)
  model.dispose()
  expect(tf.memory().numTensors).toBe(before)
})
