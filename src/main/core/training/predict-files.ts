import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { StudioError, toWireError } from '../../contract/errors.ts'
import type { RunSummary, TryResult } from '../../contract/runs.ts'
import type { LearnedPhotos } from '../../contract/worker/nearness-task.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractionOptions } from '../features/calibrations.ts'
import { extractFeatures } from '../features/extract-features.ts'
import { workingCopyPx } from '../images/image-folders.ts'
import { pngAddress } from '../images/png-address.ts'
import { readSplit } from '../splits/make-split.ts'
import { mostProbable } from './evaluate-run.ts'
import { learnedPhotos } from './refuse-foreign.ts'
import { networkOfRun } from './run-network.ts'
import { readFinishedRun, readHead } from './run-rows.ts'

/**
 * What a run says about files anywhere on this machine, in the order of `files`. They are seen exactly as they would be after an
 * import; `withSeen` puts that square of pixels beside each answer. Throws `FILE_NOT_FOUND` or `PICTURE_UNREADABLE` with the first file that is not there or no picture.
 */
export async function predictFiles(
  context: StudioContext,
  reference: string,
  files: readonly string[],
  { withSeen }: { readonly withSeen: boolean },
): Promise<TryResult[]> {
  const project = context.project()
  const { db } = project
  const run = readFinishedRun(db, reference)
  const head = readHead(db, run.id)
  const { classes } = readSplit(db, run.splitId)
  const backbone = networkOfRun(context, project, run)
  const gone = files.find((file) => !existsSync(file))
  if (gone !== undefined) throw new StudioError('FILE_NOT_FOUND', { path: gone })
  const sizePx = backbone.inputSizePx
  const answered = await context.workers.image.request('toNetworkInput', { files, workingCopyPx, sizePx, withPng: withSeen })
  const inputs = answered.map((input, index) => {
    if (input.state === 'unreadable') throw new StudioError('PICTURE_UNREADABLE', { file: basename(files[index]!), reason: input.reason })
    return input
  })
  const pixels = inputs.map((input) => input.pixels)
  const learned = run.foreign === null ? null : await readLearned(context, project, backbone, run)
  const input = { backbone, head, pixels, learned, ...extractionOptions(context, backbone) }
  const answers = await context.workers.training.request('predict', input)
  return answers.map(({ probabilities, nearness }, index) => {
    const { png } = inputs[index]!
    const likeliest = mostProbable(probabilities)
    return {
      file: files[index]!,
      class: classes[likeliest]!.name,
      refusal: refusalOf(run, probabilities[likeliest]!, nearness),
      seen: png === null ? null : pngAddress(png),
      probabilities: classes.map(({ name, colour }, place) => ({ class: name, colour, probability: probabilities[place]! })),
    }
  })
}

/**
 * What photos are compared with. Features of them that are gone (a backup without them, a damaged file) are extracted anew, lest every photo look foreign;
 * where a learned photo is gone too, those that have features are compared with, and none is refused for it where none has.
 */
async function readLearned(context: StudioContext, project: OpenProject, backbone: BackboneFiles, run: RunSummary): Promise<LearnedPhotos> {
  const learned = learnedPhotos(project, backbone, run)
  try {
    await extractFeatures(context, project, backbone, learned.hashes)
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'PICTURE_UNREADABLE') throw error
    context.log.error('not all photos that a run has learned from can be compared with', { run: run.id, error: toWireError(error) })
  }
  return learned
}

/** What is unlike all that was learned from is told first: how sure a run is of it says nothing. */
function refusalOf({ foreign, answerFromPercent }: RunSummary, sureness: number, nearness: number | null): TryResult['refusal'] {
  if (foreign !== null && nearness !== null && nearness < foreign.nearness) return 'foreign'
  return sureness < answerFromPercent / 100 ? 'unsure' : null
}
