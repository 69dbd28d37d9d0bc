import { copyFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { selfTestNetwork } from '../engines/self-test.ts'
import { readNetwork, writeNetwork } from './network-files.ts'
import { NetworkTopology, shapesOf } from './network.ts'

let folder: string
let backbone: BackboneFiles

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-network-'))
  const { hash } = await writeNetwork(folder, selfTestNetwork())
  backbone = { id: 'self-test', hash, folder, inputSizePx: 16, featureDim: 6 }
})
afterEach(() => rm(folder, { recursive: true }))

test('a network comes back from disk as it was', async () => {
  const network = await readNetwork(backbone)
  expect(network.topology).toEqual(selfTestNetwork().topology)
  expect(network.weights).toEqual(selfTestNetwork().weights)
})

test('the same network always has the same hash, another weight another one', async () => {
  expect(await writeNetwork(folder, selfTestNetwork())).toEqual({ hash: backbone.hash })
  const other = selfTestNetwork()
  const kernel = other.weights.get('op1')?.kernel
  if (kernel) kernel[0] = (kernel[0] ?? 0) + 1 / 1024
  expect((await writeNetwork(folder, other)).hash).not.toBe(backbone.hash)
})

const damaged = (file: string) => ({ code: 'BACKBONE_DAMAGED', details: { backbone: 'self-test', file } })

test('a weight file that is cut off, changed or missing is named', async () => {
  const path = join(folder, 'tensors.bin')
  const whole = await readFile(path)
  await truncate(path, whole.length - 4)
  await expect(readNetwork(backbone)).rejects.toMatchObject(damaged('tensors.bin'))
  const changed = Buffer.from(whole)
  changed[100] = (changed[100] ?? 0) ^ 1
  await writeFile(path, changed)
  await expect(readNetwork(backbone)).rejects.toMatchObject(damaged('tensors.bin'))
  await rm(path)
  await expect(readNetwork(backbone)).rejects.toMatchObject(damaged('tensors.bin'))
})

test('a topology that is not the expected one is refused before any weight is read', async () => {
  const path = join(folder, 'network.json')
  await copyFile(path, `${path}.whole`)
  const json = await readFile(path, 'utf8')
  await writeFile(path, json.replace('"stride":2', '"stride":1'))
  await expect(readNetwork(backbone)).rejects.toMatchObject(damaged('network.json'))
  await copyFile(`${path}.whole`, path)
  await expect(readNetwork({ ...backbone, featureDim: 7 })).rejects.toMatchObject(damaged('network.json'))
})

test('a network that does not fit together is not taken', () => {
  const { topology } = selfTestNetwork()
  const withOp = (index: number, change: object): NetworkTopology => ({
    ...topology,
    ops: topology.ops.map((op, at) => (at === index ? { ...op, ...change } : op)),
  })
  expect(() => shapesOf(withOp(1, { input: 5 }))).toThrow(/does not come before it/)
  expect(() => shapesOf(withOp(1, { inChannels: 9 }))).toThrow(/expects 9 channels/)
  expect(() => shapesOf(withOp(3, { inputs: [-1, 0] }))).toThrow(/different shapes/)
  expect(() => shapesOf(withOp(1, { name: 'op1' }))).toThrow(/two ops/)
  // Between the first op and the sum, both are needed.
  expect(() => shapesOf({ ...topology, cuts: [{ name: 'middle', op: 1 }] })).toThrow(/not a place to cut/)
  expect(() => NetworkTopology.parse(withOp(0, { outChannels: 1e9 }))).toThrow()
})

test('the shapes are those that TensorFlow gives: half a pixel goes to the bottom and right', () => {
  const shapes = shapesOf(selfTestNetwork().topology)
  expect(shapes.map(({ height, width, channels }) => [height, width, channels])).toEqual([
    [8, 8, 8],
    [8, 8, 8],
    [8, 8, 8],
    [8, 8, 8],
    [4, 4, 8],
    [2, 2, 12],
    [2, 2, 6],
    [1, 1, 6],
  ])
})
