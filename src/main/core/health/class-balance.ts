import type { ClassBalance, ClassCount } from '../../contract/health.ts'
import type { Class } from '../../contract/labels.ts'
import { usualShares } from '../../contract/runs.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { fewestUnits } from '../splits/assign-parts.ts'

/** A class whose test photos are all recognised is still not measured while it may be wrong at more than every third new photo. */
const worthProving = 2 / 3
/** Largest to smallest class. Of two classes the smaller one then has 40, 20 or 9 % of the photos. */
const unevenFrom = { slightly: 1.5, plainly: 4, very: 10 }

const fewestTestImages = smallestProof()
const fewest = { train: fewestUnits, measure: Math.ceil(fewestTestImages / usualShares.test) }

/** `images`: all outside the trash, labelled or not. `classes`: those in use. `different`: images of each class, by its id, as a split counts them. */
export function classBalance(images: number, classes: readonly Class[], different: ReadonlyMap<number, number>): ClassBalance {
  return {
    images,
    unlabelled: images - classes.reduce((sum, each) => sum + each.images, 0),
    classes: classes.map((each) => countOf(each, different.get(each.id) ?? 0)),
    fewest,
    spread: spreadOf(classes.filter((each) => each.images > 0)),
  }
}

function countOf({ id, name, colour, images }: Class, different: number): ClassCount {
  const testImages = Math.round(different * usualShares.test)
  return {
    id,
    name,
    colour,
    images,
    different,
    tooFewTo: different < fewest.train ? 'train' : different < fewest.measure ? 'measure' : null,
    testImages,
    provesAtLeast: testImages === 0 ? 0 : wilsonInterval(testImages, testImages).low,
  }
}

function spreadOf(classes: readonly Class[]): ClassBalance['spread'] {
  const bySize = classes.toSorted((first, second) => second.images - first.images || first.position - second.position)
  const [largest, smallest] = [bySize[0], bySize.at(-1)]
  if (largest === undefined || smallest === undefined || classes.length < 2) return null
  const ratio = largest.images / smallest.images
  const { slightly, plainly, very } = unevenFrom
  return {
    evenness: ratio <= slightly ? 'even' : ratio <= plainly ? 'slightly-uneven' : ratio <= very ? 'uneven' : 'very-uneven',
    largest: largest.id,
    smallest: smallest.id,
    ratio,
    largestShare: largest.images / classes.reduce((sum, { images }) => sum + images, 0),
  }
}

/** So many test photos of a class, all recognised, prove that it is recognised often enough. */
function smallestProof(): number {
  let images = 1
  while (wilsonInterval(images, images).low < worthProving) images++
  return images
}
