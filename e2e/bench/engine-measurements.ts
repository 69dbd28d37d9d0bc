import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { env, stderr } from 'node:process'
import { findAdapter } from '../../src/main/compute/engines/graphics-adapter.ts'
import { measureProcess } from './measured-process.ts'
import type { Row } from './measurements.ts'
import { backboneFolder, root } from './places.ts'
import { runScript } from './python-environments.ts'

interface Worked {
  /** Images a second, or milliseconds. */
  readonly value: number
  readonly peakMegabytes: number
}

/** Where the studio of this user, or `npm test`, has installed `tfjs-node-gpu`. */
export function findNative(): string {
  const places = [env['GRAFT_TEST_NATIVE'], join(root, '.cache/test-native/engines/tfjs-node-gpu')]
  const found = places.find((place) => place !== undefined && existsSync(join(place, 'engine.json')))
  if (found === undefined) throw new Error('tfjs-node-gpu is not here: npm test installs it, or GRAFT_TEST_NATIVE names its folder')
  return found
}

async function engineDoes(engine: string, work: string, backbone: string): Promise<Worked> {
  const program = join(import.meta.dirname, 'engine-process.ts')
  const args = [program, engine, work, backboneFolder(backbone), ...(engine === 'tfjs-node-gpu' ? [findNative()] : [])]
  return JSON.parse((await measureProcess(process.execPath, args)).stdout) as Worked
}

async function torchDoes(work: string, backbone: string): Promise<Worked> {
  return (await runScript('torch', 'work', [work, backboneFolder(backbone)])).printed as Worked
}

/** The median of each side, measured in turns. */
async function sides(rounds: number, ...each: readonly (() => Promise<Worked>)[]): Promise<readonly Worked[]> {
  const seen = each.map(() => [] as Worked[])
  for (let round = 0; round < rounds; round++) for (const [side, work] of each.entries()) seen[side]?.push(await work())
  return seen.map((list) => list.toSorted((a, b) => a.value - b.value)[Math.floor(list.length / 2)] ?? { value: NaN, peakMegabytes: NaN })
}

const megabytes = ({ peakMegabytes }: Worked): string => `${peakMegabytes.toFixed(0)} MB`

function rateRow(what: string, ours: Worked, theirs: Worked, wanted: string): Row {
  const text = (worked: Worked): string => `${worked.value.toFixed(0)} photos/s, ${megabytes(worked)}`
  return { what, graft: text(ours), other: text(theirs), ratio: `${((ours.value / theirs.value) * 100).toFixed(0)} %`, wanted }
}

function timeRow(what: string, ours: Worked, theirs: Worked, wanted: string): Row {
  const text = (worked: Worked): string => `${worked.value.toFixed(0)} ms, ${megabytes(worked)}`
  return { what, graft: text(ours), other: text(theirs), ratio: `${(ours.value / theirs.value).toFixed(2)} of its time`, wanted }
}

async function onnxruntime(backbone: string, form: 'float32' | 'int8'): Promise<Worked> {
  const program = join(import.meta.dirname, 'onnxruntime-process.ts')
  const args = [program, backboneFolder(backbone), String(availableParallelism()), '1', form]
  const { stdout, peakMegabytes } = await measureProcess(process.execPath, args, { memory: true })
  return { value: Number(stdout), peakMegabytes: Math.max(...peakMegabytes.values()) }
}

async function extraction(backbone: string, rounds: number): Promise<readonly Row[]> {
  const [ort, int8, native, wasm, torch] = (await sides(
    rounds,
    () => onnxruntime(backbone, 'float32'),
    () => onnxruntime(backbone, 'int8'),
    () => engineDoes('tfjs-node-gpu', 'extract', backbone),
    () => engineDoes('wasm', 'extract', backbone),
    () => torchDoes('extract', backbone),
  )) as [Worked, Worked, Worked, Worked, Worked]
  const what = (engine: string): string => `extraction, ${backbone}, ${engine} / PyTorch, channels-last`
  return [
    rateRow(what('onnxruntime, one session a core'), ort, torch, ''),
    rateRow(what('onnxruntime in 8 bits, one session a core'), int8, torch, ''),
    rateRow(what('tfjs-node-gpu'), native, torch, ''),
    rateRow(what('wasm'), wasm, torch, ''),
  ]
}

const lite = 'efficientnet-lite0'
/** Behind it are the last four blocks. */
const lastFour = 'block11'

async function fineTuning(rounds: number): Promise<readonly Row[]> {
  const [native, wasm, torchWhole, torchTail] = (await sides(
    rounds,
    () => engineDoes('tfjs-node-gpu', lastFour, lite),
    () => engineDoes('wasm', lastFour, lite),
    () => torchDoes(`whole:${lastFour}`, lite),
    () => torchDoes(lastFour, lite),
  )) as [Worked, Worked, Worked, Worked]
  const [allNative, allTorch] = (await sides(
    rounds,
    () => engineDoes('tfjs-node-gpu', 'pixels', lite),
    () => torchDoes('pixels', lite),
  )) as [Worked, Worked]
  const what = 'a fine-tuning step, EfficientNet-Lite0, batch 16, last 4 blocks from the cached cut'
  return [
    timeRow(`${what}, tfjs-node-gpu / PyTorch's whole step, the frozen part forward in it`, native, torchWhole, 'less'),
    timeRow(`${what}, tfjs-node-gpu / PyTorch from the cut as well`, native, torchTail, ''),
    timeRow(`${what}, wasm / PyTorch's whole step`, wasm, torchWhole, ''),
    timeRow('a fine-tuning step, EfficientNet-Lite0, batch 16, all of it, tfjs-node-gpu / PyTorch', allNative, allTorch, ''),
  ]
}

async function scratch(rounds: number): Promise<readonly Row[]> {
  const [native, wasm, keras, torch] = (await sides(
    rounds,
    () => engineDoes('tfjs-node-gpu', 'scratch', lite),
    () => engineDoes('wasm', 'scratch', lite),
    async () => (await runScript('keras', 'scratch', [])).printed as Worked,
    () => torchDoes('scratch', lite),
  )) as [Worked, Worked, Worked, Worked]
  const what = 'an epoch from scratch, 500 pictures of 64 px'
  return [
    timeRow(`${what}, tfjs-node-gpu / Keras 3`, native, keras, '2 of its time'),
    timeRow(`${what}, tfjs-node-gpu / PyTorch`, native, torch, ''),
    timeRow(`${what}, wasm / Keras 3`, wasm, keras, ''),
  ]
}

/** WebGPU on a graphics card, beside PyTorch on the cores of the processor; nothing where there is no card. */
async function graphicsCard(rounds: number): Promise<readonly Row[]> {
  const card = await findAdapter()
  if (card.state === 'none') {
    stderr.write(`no rows of webgpu: ${card.reason}\n`)
    return []
  }
  const on = `webgpu on ${card.name} / PyTorch on the processor`
  const row = async (what: string, work: string, backbone: string, make: typeof timeRow): Promise<Row> => {
    const [ours, theirs] = (await sides(
      rounds,
      () => engineDoes('webgpu', work, backbone),
      () => torchDoes(work, backbone),
    )) as [Worked, Worked]
    return make(`${what}, ${on}`, ours, theirs, '')
  }
  return [
    await row('extraction, mobilenet-v2-035', 'extract', 'mobilenet-v2-035', rateRow),
    await row(`extraction, ${lite}`, 'extract', lite, rateRow),
    await row('a fine-tuning step, EfficientNet-Lite0, batch 16, last 4 blocks from the cached cut', lastFour, lite, timeRow),
    await row('a fine-tuning step, EfficientNet-Lite0, batch 16, all of it', 'pixels', lite, timeRow),
    await row('an epoch from scratch, 500 pictures of 64 px', 'scratch', lite, timeRow),
  ]
}

/** Each engine beside the same network in PyTorch and Keras on the same cores. */
export async function engines(rounds: number): Promise<readonly Row[]> {
  return [
    ...(await extraction('mobilenet-v2-035', rounds)),
    ...(await extraction(lite, rounds)),
    ...(await fineTuning(rounds)),
    ...(await scratch(rounds)),
    ...(await graphicsCard(rounds)),
  ]
}
