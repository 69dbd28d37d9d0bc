import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tensor } from '@tensorflow/tfjs'
import { describe, expect, test } from 'vitest'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { prepareModel } from '../engines/engine.ts'
import { openModel } from '../engines/open-model.ts'
import { loadTfjs } from '../engines/load-tfjs.ts'
import { convertibleBackbones } from './convert-backbone.ts'
import { readNetwork } from './network-files.ts'
import { buildTfjsModel } from './network-to-tfjs.ts'
import { referencePictures } from './reference/reference-pictures.ts'

interface Reference {
  readonly picturesSum: readonly number[]
  readonly featureDim: number
  readonly every: number
  readonly features: readonly (readonly number[])[]
  readonly sums: readonly number[]
  readonly sumsOfSquares: readonly number[]
}

interface Entry extends Omit<BackboneFiles, 'hash' | 'folder'> {
  readonly name: string
  readonly networkSha256: string
  readonly parameters: number
  readonly scaling: object
  readonly cuts: readonly string[]
  readonly files: readonly { readonly name: string }[]
}

const folder = join(import.meta.dirname, '../../../../resources/backbones')
const { backbones } = JSON.parse(readFileSync(join(folder, 'catalog.json'), 'utf8')) as { backbones: readonly Entry[] }
const tolerance = 1e-4

/** Compares every 16th feature with its own number, and all of them through their sum and the sum of their squares. */
function expectEqual(features: Float32Array, reference: Reference): void {
  const { featureDim, every } = reference
  for (const [picture, row] of reference.features.entries()) {
    const own = features.subarray(picture * featureDim, (picture + 1) * featureDim)
    const differences = row.map((value, index) => Math.abs(value - (own[index * every] ?? NaN)))
    expect(Math.max(...differences)).toBeLessThan(tolerance)
    const meanDifference = (sum: number | undefined, expected: number | undefined) =>
      Math.abs((sum ?? NaN) - (expected ?? NaN)) / featureDim
    expect(
      meanDifference(
        own.reduce((sum, value) => sum + value, 0),
        reference.sums[picture],
      ),
    ).toBeLessThan(tolerance / 10)
    expect(
      meanDifference(
        own.reduce((sum, value) => sum + value * value, 0),
        reference.sumsOfSquares[picture],
      ),
    ).toBeLessThan(tolerance)
  }
}

test('every backbone of the catalog can be converted', () => {
  expect(backbones.map(({ id }) => id)).toEqual(convertibleBackbones)
})

describe.each(backbones)('$name', (entry) => {
  const { id, inputSizePx } = entry
  const pictures = referencePictures(inputSizePx)
  const files: BackboneFiles = { ...entry, hash: entry.networkSha256, folder: join(folder, id) }
  const reference = JSON.parse(readFileSync(join(import.meta.dirname, 'reference', `${id}.json`), 'utf8')) as Reference
  // Weights are fetched, never committed: without them there is nothing to compare.
  const whenFetched = test.skipIf(!existsSync(join(folder, id, 'network.json')))

  test('the pictures are the ones that the reference saw', () => {
    const length = pictures.length / 3
    expect([0, 1, 2].map((i) => pictures.subarray(i * length, (i + 1) * length).reduce((sum, byte) => sum + byte, 0))).toEqual(
      reference.picturesSum,
    )
  })

  whenFetched.each(['onnxruntime', 'wasm'] as const)("gives the reference's features on %s", async (wanted) => {
    const extractor = await openModel(await prepareModel(files, wanted), 1)
    expectEqual(await extractor.extract(pictures, 3), reference)
    await extractor.close()
  })

  whenFetched("gives the reference's features as a TF.js layers model", async () => {
    const tf = await loadTfjs()
    const model = buildTfjsModel(tf, await readNetwork(files), null)
    const features = tf.tidy(() =>
      (model.predict(tf.tensor4d(Float32Array.from(pictures), [3, inputSizePx, inputSizePx, 3])) as Tensor).dataSync(),
    )
    model.dispose()
    expectEqual(features as Float32Array, reference)
  })

  whenFetched('is described by the catalog as it is', async () => {
    const { topology, weights } = await readNetwork(files)
    const parameters = [...weights.values()].reduce((sum, { kernel, bias }) => sum + kernel.length + bias.length, 0)
    expect(topology).toMatchObject({ inputSizePx: entry.inputSizePx, featureDim: entry.featureDim, scaling: entry.scaling })
    expect({ parameters, cuts: topology.cuts.map(({ name }) => name) }).toEqual({ parameters: entry.parameters, cuts: entry.cuts })
  })
})
