import type { Class } from '../../main/contract/labels.ts'
import type { Project } from '../../main/contract/project.ts'
import type { Page } from './routes.ts'

/** A class with fewer photos cannot be split into a part to learn from, one to tune and one for the test. */
const fewestOfClass = 3

/**
 * The page with the thing to do now: photos, then classes for them, then a training, then its export. Null once all of it was done: from
 * there on a person knows the way. `classes`: null while they are not known.
 */
export function nextStep(project: Project, classes: readonly Class[] | null): Page | null {
  if (project.images === 0) return 'photos'
  const enough = classes === null ? project.labelled > 0 : classes.filter(({ images }) => images >= fewestOfClass).length >= 2
  if (!enough) return 'label'
  if (project.runs === 0) return 'train'
  return project.exports === 0 ? 'export' : null
}
