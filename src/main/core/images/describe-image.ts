import type { Database } from 'better-sqlite3'
import { access } from 'node:fs/promises'
import type { ImageDetail } from '../../contract/images.ts'
import type { RunClass } from '../../contract/runs.ts'
import { readPastLabels } from '../history/label-history-rows.ts'
import { readSplitClasses } from '../splits/split-rows.ts'
import { mostProbable } from '../training/evaluate-run.ts'
import { readImageAnswers, type ImageAnswer } from './image-answer-rows.ts'
import { readImage, readLookAlikes, readOrigin } from './image-rows.ts'

/** Everything that is known of one image, also from the trash. Throws `IMAGE_NOT_FOUND`. */
export async function describeImage(db: Database, hash: string): Promise<ImageDetail> {
  const image = readImage(db, hash)
  const { id, importedAtMs, sourcePath, isTrashed } = readOrigin(db, hash)
  const classesOf = new Map<number, readonly RunClass[]>()
  const runs = readImageAnswers(db, id).map((answer) => {
    let classes = classesOf.get(answer.splitId)
    if (classes === undefined) classesOf.set(answer.splitId, (classes = readSplitClasses(db, answer.splitId)))
    return nameAnswer(answer, classes)
  })
  return {
    image,
    importedAtMs,
    sourcePath,
    isSourcePresent: await isReachable(sourcePath),
    isTrashed,
    lookAlikes: readLookAlikes(db, image),
    labels: readPastLabels(db, id),
    runs,
  }
}

/** Asked in another thread: a drive of the network that is gone would hold up everything else. */
async function isReachable(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function nameAnswer(
  { runId, number, part, classId, probabilities }: ImageAnswer,
  classes: readonly RunClass[],
): ImageDetail['runs'][number] {
  const best = mostProbable(probabilities)
  const label = classes.find((each) => each.id === classId)!
  return { runId, number, part, label: label.name, predicted: classes[best]!.name, probability: probabilities[best]! }
}
