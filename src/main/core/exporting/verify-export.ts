import { StudioError } from '../../contract/errors.ts'
import type { ExportFormat } from '../../contract/exporting.ts'
import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { Log } from '../context.ts'
import { hashOfPlainFile } from '../plain-file.ts'
import type { StoredPrediction } from '../training/run-rows.ts'
import type { WorkerClient } from '../workers/worker-client.ts'
import { compareAnswers, type Agreement } from './compare-answers.ts'

/**
 * How far a probability of an export may be from the studio's. The studio extracts with onnxruntime, the export computes with TF.js:
 * the order of float32 additions differs, and nothing else. Over 600 answers (two photo sets, three backbones) the largest difference
 * was 6.1e-6. A decoder that rounds otherwise already gives 4e-2: between the two lies all the room that odd processors need.
 */
export const allowedDifference = 1e-3

export interface VerifiedImage {
  readonly prediction: StoredPrediction
  /** What the export answered, in the order of the run's classes. */
  readonly exported: Float32Array
  readonly isRefused: boolean
  readonly source: 'original' | 'working-copy'
}

export interface Verification {
  readonly agreement: Agreement
  readonly images: readonly VerifiedImage[]
}

interface Wanted {
  readonly folder: string
  readonly format: ExportFormat
  readonly predictions: readonly StoredPrediction[]
  /** The run says none of these where it is less sure, 0..1. */
  readonly answerFrom: number
  /** Path of an image's working copy. */
  readonly workingCopyOf: (hash: string) => string
  /** A process that has done nothing else; the caller closes it. */
  readonly worker: WorkerClient<TrainingTasks>
  readonly log: Log
  readonly signal: AbortSignal
  readonly onProgress: (done: number, total: number) => void
}

/**
 * Runs a written export over the images of `predictions` and compares its answers with those that the run stored. Each image is read
 * from its original file; where that is gone, changed or unreadable, from the working copy. Throws `EXPORT_DISAGREES` when any answer
 * names another class or is further away than `allowedDifference`, and `PICTURE_UNREADABLE` when a working copy cannot be read.
 */
export async function verifyExport(wanted: Wanted): Promise<Verification> {
  const { predictions, format, log } = wanted
  const images = await answers(wanted)
  const agreement = compareAnswers(
    images.map(({ prediction, exported, isRefused }) => ({ studio: prediction.probabilities, exported, isRefused })),
    { tieWithin: allowedDifference, answerFrom: wanted.answerFrom },
  )
  const details = { format, images: predictions.length, agree: agreement.agree, maxDifference: Math.min(agreement.maxDifference, 1) }
  // Written this way round so that a difference that is no number is refused too.
  if (agreement.contradictions === 0 && agreement.maxDifference <= allowedDifference) return { agreement, images }
  log.error('an export does not answer as the run did', details)
  throw new StudioError('EXPORT_DISAGREES', details)
}

async function answers(wanted: Wanted): Promise<VerifiedImage[]> {
  const { predictions, workingCopyOf, log, signal } = wanted
  const total = predictions.length
  const originals = new Set<string>()
  for (const { hash, sourcePath } of predictions) {
    signal.throwIfAborted()
    if ((await hashOfPlainFile(sourcePath, signal)) === hash) originals.add(hash)
  }
  const first = await ask(
    wanted,
    predictions.map(({ hash, sourcePath }) => (originals.has(hash) ? sourcePath : workingCopyOf(hash))),
    (done) => wanted.onProgress(done, total),
  )
  // An original can vanish between being hashed and being read: a drive that is pulled out, a share that goes away.
  const again = predictions.filter(({ hash }, index) => first[index]?.state === 'unreadable' && originals.has(hash))
  for (const { hash, sourcePath } of again) {
    originals.delete(hash)
    log.info('an original could not be read again; the working copy is used', { file: sourcePath })
  }
  const second = await ask(
    wanted,
    again.map(({ hash }) => workingCopyOf(hash)),
    () => undefined,
  )
  const late = new Map(again.map(({ hash }, index) => [hash, second[index]]))
  return predictions.map((prediction, index) => {
    const answer = late.get(prediction.hash) ?? first[index]
    if (answer === undefined) throw new Error(`the export answered for ${first.length} of ${total} images`)
    if (answer.state === 'unreadable') throw new StudioError('PICTURE_UNREADABLE', { file: prediction.name, reason: answer.reason })
    const { probabilities: exported, isRefused } = answer
    return { prediction, exported, isRefused, source: originals.has(prediction.hash) ? 'original' : 'working-copy' }
  })
}

async function ask(
  { worker, folder, signal }: Wanted,
  files: readonly string[],
  onDone: (done: number) => void,
): Promise<TrainingTasks['runExport']['result']> {
  if (files.length === 0) return []
  return worker.request('runExport', { folder, files }, { signal, onEvent: ({ done }) => onDone(done) })
}

/** The text of `proof.json`: what was run, on what, and what came out, a line per image. It names no file and no folder of the machine that made it. */
export function proofText(
  about: {
    readonly run: string
    readonly format: ExportFormat
    readonly classes: readonly string[]
    readonly answerFrom: number
    readonly createdAtMs: number
  },
  files: Readonly<Record<string, string>>,
  { agreement, images }: Verification,
): string {
  const proof = {
    ...about,
    method:
      'The files were loaded by a process that had done nothing else. Every test image of the run was decoded from its original file, or from the working copy where that file was gone or changed (fromWorkingCopy counts them), and given to the model; its probabilities were compared with those that the studio had stored, and so was whether it says none of these.',
    images: agreement.images,
    agree: agreement.agree,
    refused: agreement.refused,
    maxDifference: agreement.maxDifference,
    allowedDifference,
    fromWorkingCopy: images.filter(({ source }) => source === 'working-copy').length,
    sha256OfFiles: files,
  }
  const answers = images.map(({ prediction, exported, source }) =>
    JSON.stringify({ image: prediction.hash, source, studio: rounded(prediction.probabilities), export: rounded(exported) }),
  )
  return JSON.stringify(proof, null, 2).replace(/\n}$/, `,\n  "answers": [\n    ${answers.join(',\n    ')}\n  ]\n}\n`)
}

/** Eight digits: all that a float32 holds. */
function rounded(probabilities: Float32Array): number[] {
  return Array.from(probabilities, (value) => Number(value.toPrecision(8)))
}
