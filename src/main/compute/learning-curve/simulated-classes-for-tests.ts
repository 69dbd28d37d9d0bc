import { penaltyOfOne } from '../confidence.ts'
import { fitSoftmax } from '../fit-softmax.ts'
import { makeRandom } from '../random.ts'
import { judge, type LabelledRows } from '../softmax-regression.ts'

export interface SimulatedClasses {
  readonly dim: number
  readonly classCount: number
  /** So many photos of each class. */
  draw(counts: readonly number[]): LabelledRows
  /** By how much the share of the first class that is right grows, -1..1, when it gets `more` photos: mean of several times that many come, on thousands of others. */
  bring(rows: LabelledRows, more: number): Promise<number>
}

const dim = 24
const classCount = 4
/** A class looks in several ways, and more photos show more of them. */
const looksOfClass = 3
const testPhotos = 3000
const arrivals = 6

/** Classes whose features are mixtures of normal distributions, how far apart from each other is drawn by `seed` too. */
export function simulateClasses(seed: number): SimulatedClasses {
  const random = makeRandom(seed)
  // Box and Muller, 1958.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const apart = 0.55 + 0.5 * random()
  const looks = Array.from({ length: classCount * looksOfClass }, () => Float32Array.from({ length: dim }, () => apart * normal()))

  const draw = (counts: readonly number[]): LabelledRows => {
    const classes = Int32Array.from(counts.flatMap((count, classIndex) => Array.from({ length: count }, () => classIndex)))
    const features = new Float32Array(classes.length * dim)
    for (const [row, classIndex] of classes.entries()) {
      const look = looks[classIndex * looksOfClass + Math.floor(random() * looksOfClass)] as Float32Array
      for (let j = 0; j < dim; j++) features[row * dim + j] = (look[j] as number) + normal()
    }
    return { features, classes }
  }
  const bring = async (rows: LabelledRows, more: number): Promise<number> => {
    const others = draw([testPhotos])
    const rightOf = async (learned: LabelledRows): Promise<number> => {
      const settings = { dim, classCount, penalty: penaltyOfOne / learned.classes.length }
      return judge(others, await fitSoftmax(learned, settings, new AbortController().signal), classCount).right / testPhotos
    }
    let sum = 0
    for (let arrival = 0; arrival < arrivals; arrival++) sum += await rightOf(joined(rows, draw([more])))
    return sum / arrivals - (await rightOf(rows))
  }
  return { dim, classCount, draw, bring }
}

function joined(first: LabelledRows, second: LabelledRows): LabelledRows {
  return {
    features: Float32Array.from([...first.features, ...second.features]),
    classes: Int32Array.from([...first.classes, ...second.classes]),
  }
}
