import type { io, LayersModel } from '@tensorflow/tfjs'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { TaskContext } from '../contract/worker/protocol.ts'
import type { ExportModel } from '../contract/worker/export-model.ts'
import { readNetwork } from './convert/network-files.ts'
import { buildTfjsModel } from './convert/network-to-tfjs.ts'
import { loadTfjs } from './engines/load-tfjs.ts'
import { tfjsReadme } from './export-readme.ts'
import { makePreprocessing } from './preprocessing.ts'

/** Small enough for every static host and for a browser's cache; a whole number of float32. */
const shardBytes = 4 * 1024 * 1024

/** Files of the kit that go into the export as they are. */
const kitFiles = ['index.html', 'page.js', 'graft-model.js', 'answer.js', 'network-input.js', 'opened-as-file.js']

/** TensorFlow.js as a browser loads it, from the packages that the studio itself runs on. */
const libraryFiles = [
  '@tensorflow/tfjs/dist/tf.es2017.min.js',
  '@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
  '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm',
]

interface ExportTarget {
  readonly model: ExportModel
  /** The folder `export-kits` of the resources. */
  readonly kit: string
  /** Empty, made by the caller, who also clears it away after a failure. */
  readonly folder: string
}

/**
 * Writes a TF.js export: the network with its head as one layers model, labels, preprocessing, a page that works when served as it
 * is, and a README. An event per file. Answers with every file written, relative to `folder`, with `/`, sorted. Throws
 * `BACKBONE_DAMAGED` where the backbone cannot be read whole.
 */
export async function exportTfjs(
  { model, kit, folder }: ExportTarget,
  { signal, emit }: TaskContext<{ readonly file: string }>,
): Promise<{ readonly files: readonly string[] }> {
  const files: string[] = []
  const add = async (file: string, write: (path: string) => Promise<unknown>): Promise<void> => {
    signal.throwIfAborted()
    const path = join(folder, file)
    await mkdir(dirname(path), { recursive: true })
    await write(path)
    files.push(file)
    emit({ file })
  }
  const addJson = (file: string, value: unknown): Promise<void> =>
    add(file, (path) => writeFile(path, `${JSON.stringify(value, null, 2)}\n`))

  const network = await readNetwork(model.backbone)
  const tf = await loadTfjs()
  const layers = buildTfjsModel(tf, network, model.head)
  const artifacts = await artifactsOf(tf, layers)
  layers.dispose()

  const weights = weightBytes(artifacts)
  const shards = shardsOf(weights)
  for (const { name, bytes } of shards) await add(`model/${name}`, (path) => writeFile(path, bytes))
  await addJson('model/model.json', modelJson(artifacts, shards, model.title))
  await addJson('labels.json', { title: model.title, classes: model.classNames, answerFrom: model.answerFrom })
  await addJson('preprocessing.json', makePreprocessing(network.topology))
  for (const file of kitFiles) await add(file, (path) => copyFile(join(kit, file), path))
  await add('tfjs/LICENSE.txt', (path) => copyFile(join(kit, 'LICENSE-APACHE-2.0.txt'), path))
  for (const file of libraryFiles) await add(`tfjs/${file.slice(file.lastIndexOf('/') + 1)}`, (path) => copyFile(packageFile(file), path))
  const weightsHash = createHash('sha256').update(weights).digest('hex')
  await add('README.md', (path) => writeFile(path, tfjsReadme(model, { weightsHash, sizePx: network.topology.inputSizePx })))
  return { files: files.sort() }
}

/** A file inside an installed package; the packages name no such paths in their `exports`, so they are found beside `package.json`. */
function packageFile(file: string): string {
  const name = file.split('/').slice(0, 2).join('/')
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`)
  return join(dirname(manifest), file.slice(name.length + 1))
}

/** What `model.save` would write, kept in memory. */
async function artifactsOf(tf: typeof import('@tensorflow/tfjs'), model: LayersModel): Promise<io.ModelArtifacts> {
  const saved: io.ModelArtifacts[] = []
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved.push(artifacts)
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  const [artifacts] = saved
  if (artifacts === undefined) throw new Error('the model gave nothing to save')
  return artifacts
}

function weightBytes({ weightData }: io.ModelArtifacts): Uint8Array {
  if (weightData === undefined) throw new Error('the model has no weights to save')
  return Buffer.concat([weightData].flat().map((part) => new Uint8Array(part)))
}

interface Shard {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Consecutive pieces of at most 4 MiB, named as the TF.js converter names them. */
function shardsOf(weights: Uint8Array): Shard[] {
  const count = Math.ceil(weights.length / shardBytes)
  return Array.from({ length: count }, (_, index) => ({
    name: `group1-shard${index + 1}of${count}.bin`,
    bytes: weights.subarray(index * shardBytes, (index + 1) * shardBytes),
  }))
}

function modelJson(artifacts: io.ModelArtifacts, shards: readonly Shard[], title: string): io.ModelJSON {
  if (artifacts.modelTopology === undefined || artifacts.weightSpecs === undefined) throw new Error('the model has no topology to save')
  return {
    format: 'layers-model',
    generatedBy: artifacts.generatedBy ?? 'TensorFlow.js tfjs-layers',
    convertedBy: 'Graft',
    modelTopology: artifacts.modelTopology,
    weightsManifest: [{ paths: shards.map((shard) => shard.name), weights: artifacts.weightSpecs }],
    userDefinedMetadata: { title },
  }
}
