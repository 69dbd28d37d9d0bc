import type { io, LayersModel } from '@tensorflow/tfjs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { TaskContext } from '../contract/worker/protocol.ts'
import { inspectPicture } from '../imaging/decode-picture.ts'
import { PictureProblem } from '../imaging/picture-problem.ts'
import { readOriginal } from '../imaging/read-original.ts'
import { decodeWorkingCopy, makeWorkingCopy } from '../imaging/working-copy.ts'
import { loadTfjs } from './engines/load-tfjs.ts'
import { Preprocessing } from './preprocessing.ts'

/** As quick as larger ones on the WASM engine, with less memory. */
const batchSize = 8

export type ExportAnswer =
  | { readonly state: 'answered'; readonly probabilities: Float32Array; readonly isRefused: boolean }
  | { readonly state: 'unreadable'; readonly reason: string }

type Decide = (probabilities: Float32Array, answerFrom: number) => { readonly isRefused: boolean }
type NetworkInput = (pixels: Uint8Array, widthPx: number, heightPx: number, sizePx: number) => Uint8Array

/** A written export, loaded from its own files alone. */
interface LoadedExport {
  readonly tf: typeof import('@tensorflow/tfjs')
  readonly model: LayersModel
  readonly preprocessing: Preprocessing
  readonly networkInput: NetworkInput
  readonly isRefused: (probabilities: Float32Array) => boolean
  readonly classCount: number
}

/**
 * Loads a written TF.js export as a stranger would (model.json and its shards, preprocessing.json, network-input.js, answer.js, labels.json) and
 * answers for each picture file, in the order of `files`. An event per batch. Nothing of the run that it came from is used.
 */
export async function runExport(
  { folder, files }: { readonly folder: string; readonly files: readonly string[] },
  { signal, emit }: TaskContext<{ readonly done: number }>,
): Promise<readonly ExportAnswer[]> {
  const loaded = await loadExport(folder)
  try {
    const answers: ExportAnswer[] = []
    for (let from = 0; from < files.length; from += batchSize) {
      signal.throwIfAborted()
      const inputs = await Promise.all(files.slice(from, from + batchSize).map((file) => prepare(file, loaded)))
      answers.push(...(await answer(inputs, loaded)))
      emit({ done: answers.length })
    }
    return answers
  } finally {
    loaded.model.dispose()
  }
}

async function loadExport(folder: string): Promise<LoadedExport> {
  const tf = await loadTfjs()
  const preprocessing = Preprocessing.parse(await readJson(join(folder, 'preprocessing.json')))
  const labels = z
    .object({ classes: z.array(z.string()).min(2), answerFrom: z.number() })
    .parse(await readJson(join(folder, 'labels.json')))
  const networkInput = (await loadFunction(folder, 'network-input.js', 'networkInput')) as NetworkInput
  const decide = (await loadFunction(folder, 'answer.js', 'decide')) as Decide
  const isRefused = (probabilities: Float32Array): boolean => decide(probabilities, labels.answerFrom).isRefused
  const model = await tf.loadLayersModel({ load: () => readArtifacts(join(folder, 'model')) })
  return { tf, model, preprocessing, networkInput, isRefused, classCount: labels.classes.length }
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8'))
}

/** From its text and not by its path: what surrounds the folder (a package.json of another kind of module) must not matter. */
async function loadFunction(folder: string, file: string, name: string): Promise<unknown> {
  const text = await readFile(join(folder, file))
  const module: unknown = await import(/* @vite-ignore */ `data:text/javascript;base64,${text.toString('base64')}`)
  const found = typeof module === 'object' && module !== null ? (module as Readonly<Record<string, unknown>>)[name] : null
  if (typeof found !== 'function') throw new Error(`${file} has no function ${name}`)
  return found
}

const ModelJson = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(z.looseObject({ name: z.string() })) })),
})

/** What `tf.loadLayersModel` would have fetched from a web server. */
async function readArtifacts(folder: string): Promise<io.ModelArtifacts> {
  const { modelTopology, weightsManifest } = ModelJson.parse(await readJson(join(folder, 'model.json')))
  const shards = await Promise.all(weightsManifest.flatMap(({ paths }) => paths).map((path) => readFile(join(folder, path))))
  return {
    modelTopology,
    // The specs are TF.js's own, checked by it against the bytes; only their outer form is ours to know.
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights) as unknown as io.WeightsManifestEntry[],
    weightData: new Uint8Array(Buffer.concat(shards)).buffer,
  }
}

type Prepared = { readonly state: 'ready'; readonly pixels: Uint8Array } | { readonly state: 'unreadable'; readonly reason: string }

/** One picture file as the network sees it: [size, size, 3] RGB bytes. */
async function prepare(file: string, { preprocessing, networkInput }: LoadedExport): Promise<Prepared> {
  try {
    const bytes = await readOriginal(file)
    const copy = await makeWorkingCopy(bytes, await inspectPicture(bytes), preprocessing.workingCopy.shortSidePx)
    const { pixels, widthPx, heightPx } = await decodeWorkingCopy(copy.bytes)
    return { state: 'ready', pixels: networkInput(pixels, widthPx, heightPx, preprocessing.resize.sizePx) }
  } catch (error) {
    if (!(error instanceof PictureProblem)) throw error
    return { state: 'unreadable', reason: error.detail }
  }
}

/** The network's answers for the readable ones of a batch, in the order of `inputs`. */
async function answer(inputs: readonly Prepared[], loaded: LoadedExport): Promise<ExportAnswer[]> {
  const { tf, model, preprocessing, classCount } = loaded
  const { sizePx } = preprocessing.resize
  const readable = inputs.flatMap((input) => (input.state === 'ready' ? [input.pixels] : []))
  const length = sizePx * sizePx * 3
  const values = new Float32Array(readable.length * length)
  readable.forEach((pixels, index) => values.set(pixels, index * length))
  const probabilities = readable.length === 0 ? new Float32Array() : await predict()
  let next = 0
  return inputs.map((input) => {
    if (input.state === 'unreadable') return input
    const start = next++ * classCount
    const own = probabilities.slice(start, start + classCount)
    return { state: 'answered', probabilities: own, isRefused: loaded.isRefused(own) }
  })

  async function predict(): Promise<Float32Array> {
    const output = tf.tidy(() => {
      const result = model.predict(tf.tensor4d(values, [readable.length, sizePx, sizePx, 3]))
      if (Array.isArray(result)) throw new Error('the model has more than one output')
      return result
    })
    try {
      if (output.shape[1] !== classCount)
        throw new Error(`the model answers for ${output.shape[1]} classes, labels.json names ${classCount}`)
      return new Float32Array(await output.data())
    } finally {
      output.dispose()
    }
  }
}
