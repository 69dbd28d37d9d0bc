import type { Class } from '../../main/contract/labels.ts'
import type { Project } from '../../main/contract/project.ts'
import type { Page } from './routes.ts'

/** A class with fewer photos cannot be split into a part to learn from, one to tune and one for the test. */
const fewestOfClass = 3

/**
 * The page with the thing to do now: photos, then classes for them, then a training, then its export. Null once all of it was done: from
 * there on a person knows the way. `classes`: null while they are not known. `hasResult`: a training has ended well.
 */
export function nextStep(project: Project, classes: readonly Class[] | null, hasResult: boolean): Page | null {
  if (project.images === 0) return 'photos'
  // A class without photos is not trained on; one with a few of them holds the training up.
  const begun = classes?.filter(({ images }) => images > 0)
  const enough = begun === undefined ? project.labelled > 0 : begun.length >= 2 && begun.every(({ images }) => images >= fewestOfClass)
  // What has no class yet can get one; where all have one, photos of another class are missing.
  if (!enough) return project.labelled < project.images ? 'label' : 'photos'
  if (project.runs === 0) return 'train'
  return project.exports === 0 && hasResult ? 'export' : null
}
