import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writeNetwork } from '../convert/network-files.ts'
import type { FeatureWork, TrainingWork } from './parity-works-for-tests.ts'

/** Python with TensorFlow, where `npm test` could bring it. */
export const tensorflowPython = process.env['GRAFT_TEST_TENSORFLOW'] ?? null

const program = join(import.meta.dirname, '../convert/reference/tensorflow_reference.py')

/** Answers by the name of the work and of the answer, `WORK.features`, `WORK.loss`, `WORK.gradients`, `WORK.weights`; arrays one after the other. */
export type TensorflowAnswers = ReadonlyMap<string, Float64Array>

/** What TensorFlow itself says of each work, in one process of Python and in double precision. */
export async function askTensorflow(python: string, works: readonly (FeatureWork | TrainingWork)[]): Promise<TensorflowAnswers> {
  const folder = await mkdtemp(join(tmpdir(), 'graft-tensorflow-'))
  try {
    const request = await Promise.all(works.map((work) => writeWork(folder, work)))
    await writeFile(join(folder, 'request.json'), JSON.stringify(request))
    await promisify(execFile)(python, [program, folder], { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
    const names = works.flatMap(({ kind, name }) =>
      (kind === 'features' ? ['features'] : ['loss', 'gradients', 'weights']).map((answer) => `${name}.${answer}`),
    )
    return new Map(await Promise.all(names.map(async (name) => [name, await readNumbers(join(folder, name))] as const)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeWork(folder: string, work: FeatureWork | TrainingWork): Promise<Record<string, unknown>> {
  const network = await mkdtemp(join(folder, 'network-'))
  await writeNetwork(network, work.network)
  const put = async (what: string, bytes: Uint8Array): Promise<string> => {
    await writeFile(join(folder, `${work.name}-${what}`), bytes)
    return `${work.name}-${what}`
  }
  if (work.kind === 'features') return { kind: work.kind, name: work.name, network, pictures: await put('pictures', work.pictures) }
  const { name, cut, classes, head, settings, schedule, steps, values, mix } = work
  const parts = [head.means, head.weights, head.bias].flatMap((part) => [...part])
  return {
    ...{ kind: work.kind, name, network, cut, schedule, steps, ...settings },
    ...(mix === undefined ? {} : { mix: { partners: [...mix.partners], share: mix.share } }),
    ...{ classes: [...classes], classCount: head.bias.length, deviation: head.deviation },
    shape: [work.input.height, work.input.width, work.input.channels],
    values: await put('values', bytesOf(values)),
    head: await put('head', bytesOf(Float32Array.from(parts))),
  }
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

async function readNumbers(path: string): Promise<Float64Array> {
  const bytes = await readFile(path)
  // Copied: what is read from a file need not begin at a multiple of eight bytes.
  return new Float64Array(Uint8Array.from(bytes).buffer)
}
