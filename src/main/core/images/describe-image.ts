import type { Database } from 'better-sqlite3'
import { StudioError } from '../../contract/errors.ts'
import type { ImageDetail } from '../../contract/images.ts'
import type { RunClass } from '../../contract/runs.ts'
import { isFine, readFlaws } from '../health/measure-rows.ts'
import { readPastLabels } from '../history/label-history-rows.ts'
import { isReachable } from '../project/is-reachable.ts'
import { readSplitClasses } from '../splits/split-rows.ts'
import { mostProbable } from '../training/evaluate-run.ts'
import { isErased } from './erased-rows.ts'
import { readImageAnswers, type ImageAnswer } from './image-answer-rows.ts'
import { readImage, readLookAlikes, readOrigin } from './image-rows.ts'
import { sentName } from './sent-name.ts'

/** Everything that is known of one image, also from the trash. Throws `IMAGE_NOT_FOUND`, also for one that was deleted for good. */
export async function describeImage(db: Database, hash: string): Promise<ImageDetail> {
  const image = readImage(db, hash)
  const { id, ...origin } = readOrigin(db, hash)
  if (isErased(db, id)) throw new StudioError('IMAGE_NOT_FOUND', { image: hash })
  const classesOf = new Map<number, readonly RunClass[]>()
  const runs = readImageAnswers(db, id).map((answer) => {
    let classes = classesOf.get(answer.splitId)
    if (classes === undefined) classesOf.set(answer.splitId, (classes = readSplitClasses(db, answer.splitId)))
    return nameAnswer(answer, classes)
  })
  const known = {
    image,
    ...origin,
    flaws: readFlaws(db, id),
    isFine: isFine(db, id),
    lookAlikes: readLookAlikes(db, image),
    labels: readPastLabels(db, id),
    runs,
  }
  // Last: the project may be closed while the disk is asked.
  return { ...known, sentAs: sentName(origin.sourcePath), isSourcePresent: await isThere(origin.sourcePath) }
}

/** A photo that came in an archive is there as long as that is. */
async function isThere(sourcePath: string): Promise<boolean> {
  if (await isReachable(sourcePath)) return true
  const archive = /^(.+\.(?:zip|tm))[\\/]/i.exec(sourcePath)?.[1]
  return archive !== undefined && isReachable(archive)
}

function nameAnswer(
  { runId, number, part, classId, probabilities }: ImageAnswer,
  classes: readonly RunClass[],
): ImageDetail['runs'][number] {
  const best = mostProbable(probabilities)
  const label = classes.find((each) => each.id === classId)!
  return { runId, number, part, label: label.name, predicted: classes[best]!.name, probability: probabilities[best]! }
}
