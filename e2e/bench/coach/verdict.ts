import type { Photos } from './photo-features.ts'
import { juryCourse, trainWorld, type Trained } from './train-world.ts'
import type { Fault, World } from './worlds.ts'

// Written down before a rule of the coach was: what is planted decides what a training is called; where a plant may not take, photos decide that no
// training has seen (the jury), never the coach.

/** What a training is called: its fault, `sound`, or neither: it is left out. */
export type Verdict = Fault | 'sound' | 'left out'

/** Harm: the jury's loss is so many times that of the reference, and so many nats above it. None: it is not even this many times, or nats. */
const harm = { times: 1.25, nats: 0.03 }
const noHarm = { times: 1.15, nats: 0.015 }
/** A training that went on too long: the jury's loss in the end is so many times its lowest one. */
const wentTooFar = 1.2
/** A class that starves is found by so much less often than with photos as the others have. */
const foundLess = 0.2
/** Where a leak was planted, at least so many of the photos that measure were learned from. */
const leakedFrom = 0.2
const wrongFrom = 0.1
/** So many validation photos are few; trainings with other faults, and sound ones, have more than the second number. */
const validation = { few: 10, enough: 20 }

/** The same photos, parts, network and aim, learned as one should. */
function referenceOf(world: World): World {
  const recipe = {
    ...world.recipe,
    optimiser: 'adam',
    weightDecay: 0,
    learningRate: 0.001,
    schedule: 'constant',
    batchSize: 16,
    epochs: 100,
    patience: 15,
  } as const
  return { ...world, recipe, checked: false }
}

export function compareLoss(loss: number, reference: number): 'harm' | 'none' | 'between' {
  if (loss >= reference * harm.times && loss >= reference + harm.nats) return 'harm'
  return loss <= reference * noHarm.times || loss <= reference + noHarm.nats ? 'none' : 'between'
}

export async function judgeWorld(photos: Photos, world: World): Promise<{ readonly verdict: Verdict; readonly trained: Trained }> {
  const trained = await trainWorld(photos, world)
  return { trained, verdict: await verdictOf(photos, world, trained) }
}

async function verdictOf(photos: Photos, world: World, trained: Trained): Promise<Verdict> {
  const { planted } = world
  const measured = trained.evidence.classes.reduce((sum, each) => sum + each.validation, 0)
  if (planted === 'few-validation') return measured <= validation.few ? planted : 'left out'
  if (measured < validation.enough) return 'left out'
  switch (planted) {
    case null:
    case 'underfitting':
    case 'rate-too-high':
    case 'rate-too-low': {
      const effect = compareLoss(trained.jury.loss, (await trainWorld(photos, referenceOf(world))).jury.loss)
      if (effect === 'harm') return planted ?? 'left out'
      return effect === 'none' ? 'sound' : 'left out'
    }
    case 'overfitting': {
      const course = await juryCourse(photos, world)
      const [lowest, last] = [Math.min(...course), course.at(-1) ?? 0]
      return last >= lowest * wentTooFar && last >= lowest + harm.nats ? planted : 'left out'
    }
    case 'starving': {
      const most = Math.max(...world.photos)
      const starved = world.photos.indexOf(Math.min(...world.photos))
      const fed = await trainWorld(photos, {
        ...world,
        checked: false,
        photos: world.photos.map((each, index) => (index === starved ? most : each)),
      })
      const lost = (fed.jury.recall[starved] ?? 0) - (trained.jury.recall[starved] ?? 0)
      return lost >= foundLess ? planted : 'left out'
    }
    case 'leak':
      return trained.leaked >= leakedFrom ? planted : 'left out'
    case 'noisy-labels':
      return trained.wrong >= wrongFrom ? planted : 'left out'
    case 'no-better-than-majority':
      return planted
    default:
      return planted satisfies never
  }
}
