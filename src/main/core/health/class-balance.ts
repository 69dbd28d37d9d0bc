import type { ClassBalance, ClassCount } from '../../contract/health.ts'
import type { Class } from '../../contract/labels.ts'
import { usualShares } from '../../contract/runs.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { fewestUnits } from '../splits/assign-parts.ts'
import type { GroupedCount } from './health-rows.ts'

/** A class whose test photos are all recognised is still not measured while it may be wrong at more than every third new photo. */
const worthProving = 2 / 3
/** Largest to smallest class. Of two classes the smaller one then has 40, 20 or 9 % of the photos. */
const unevenFrom = { slightly: 1.5, plainly: 4, very: 10 }

const fewestTestImages = smallestProof()
const fewest = { train: fewestUnits, measure: Math.ceil(fewestTestImages / usualShares.test) }

/** `images`: all outside the trash, labelled or not. `classes`: those in use. `grouped`: how many of which class each group holds. */
export function classBalance(images: number, classes: readonly Class[], grouped: readonly GroupedCount[]): ClassBalance {
  const surplus = surplusByClass(grouped)
  return {
    images,
    unlabelled: images - classes.reduce((sum, each) => sum + each.images, 0),
    classes: classes.map((each) => countOf(each, each.images - (surplus.get(each.id) ?? 0))),
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

/** How many more images than different ones each class has. As in a split, a group counts for the class that most of its images have. */
function surplusByClass(grouped: readonly GroupedCount[]): Map<number, number> {
  const surplus = new Map<number, number>()
  const add = (classId: number, count: number) => surplus.set(classId, (surplus.get(classId) ?? 0) + count)
  for (const [, counts] of Map.groupBy(grouped, ({ groupId }) => groupId)) {
    for (const { classId, images } of counts) add(classId, images)
    const [most] = counts.toSorted((first, second) => second.images - first.images || first.classId - second.classId)
    if (most !== undefined) add(most.classId, -1)
  }
  return surplus
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
