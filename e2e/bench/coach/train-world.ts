import { StudioError } from '../../../src/main/contract/studio-error.ts'
import type { EpochReport, Recipe } from '../../../src/main/contract/runs.ts'
import { assignFolds } from '../../../src/main/compute/assign-folds.ts'
import { applyHead } from '../../../src/main/compute/head.ts'
import { makeRandom, shuffle } from '../../../src/main/compute/random.ts'
import type { LabelledRows } from '../../../src/main/compute/softmax-regression.ts'
import { trainHead, type TrainedHead } from '../../../src/main/compute/train-head.ts'
import { Turns } from '../../../src/main/compute/turns.ts'
import { findDoubts } from '../../../src/main/compute/wrong-labels/confident-learning.ts'
import { predictOutOfFold } from '../../../src/main/compute/wrong-labels/out-of-fold.ts'
import type { Evidence } from '../../../src/main/core/coach/evidence.ts'
import { sameFrom } from '../../../src/main/core/similar/join-looks.ts'
import { assignParts } from '../../../src/main/core/splits/assign-parts.ts'
import { mostProbable } from '../../../src/main/core/training/evaluate-run.ts'
import { headSettings } from '../../../src/main/core/training/training-source.ts'
import { networks, type Photos } from './photo-features.ts'
import { juryOf, type World } from './worlds.ts'

/** A photo of a world. */
interface Member {
  readonly place: number
  /** What it is, and what it is called, as indices into the classes. */
  readonly truth: number
  readonly label: number
  readonly part: 'train' | 'validation' | 'test'
}

/** A training, and what the jury of photos that had no part in it says of it. */
export interface Trained {
  readonly evidence: Evidence
  readonly jury: Jury
  /** Of the validation and test photos, the share of which a copy was learned from. */
  readonly leaked: number
  /** Share of all labels that are wrong. */
  readonly wrong: number
}

export interface Jury {
  /** Mean cross-entropy, nats; infinite where the numbers of the training grew beyond all bounds. */
  readonly loss: number
  /** Of each class. */
  readonly recall: readonly number[]
}

export function placeOf(photos: Photos, world: World): { members: readonly Member[]; jury: readonly Member[] } {
  const random = makeRandom(world.seed)
  const members: { place: number; truth: number; label: number }[] = []
  const jury: Member[] = []
  for (const [truth, className] of world.classes.entries()) {
    // The jury is the same in every world.
    const own = [...photos.photos.entries()].filter(([, each]) => each.className === className && !each.isCopy).map(([place]) => place)
    for (const place of own.slice(0, juryOf(className))) jury.push({ place, truth, label: truth, part: 'test' })
    const rest = Int32Array.from(own.slice(juryOf(className)))
    shuffle(rest, random)
    const chosen = [...rest.subarray(0, world.photos[truth] ?? 0)]
    const copied = chosen.filter(() => random() < world.copies)
    for (const place of [...chosen, ...copied.flatMap((each) => copyOf(photos, each))]) members.push({ place, truth, label: truth })
  }
  return { members: plantLabels(world, divide(photos, world, members), random), jury }
}

function copyOf({ photos }: Photos, place: number): readonly number[] {
  const own = photos[place]
  const at = photos.findIndex(({ isCopy, name, className }) => isCopy && name === own?.name && className === own.className)
  return at < 0 ? [] : [at]
}

/** Photos that are surely the same stay in one part, where that was known. */
function divide({ photos, pairs }: Photos, world: World, members: readonly { place: number; truth: number; label: number }[]): Member[] {
  const isKnown = world.compared && world.copies === 0
  const groupOf = new Map(isKnown ? pairs.filter(({ similarity }) => similarity >= sameFrom).map(({ one, other }) => [other, one]) : [])
  const parts = assignParts(
    members.map(({ place, truth }) => ({
      hash: photos[place]?.hash ?? '',
      classId: truth,
      groupId: groupOf.get(place) ?? null,
      previous: null,
    })),
    { seed: world.seed, shares: world.recipe.shares },
  )
  return members.map((member, index) => ({ ...member, part: parts[index] ?? 'train' }))
}

function plantLabels({ noise, shuffled, classes }: World, members: readonly Member[], random: () => number): Member[] {
  if (shuffled) {
    const labels = Int32Array.from(members, ({ label }) => label)
    shuffle(labels, random)
    return members.map((member, index) => ({ ...member, label: labels[index] ?? 0 }))
  }
  return members.map((member) => {
    const isWrong = random() < noise.share && (noise.everywhere || member.part === 'train')
    return isWrong ? { ...member, label: (member.label + 1 + Math.floor(random() * (classes.length - 1))) % classes.length } : member
  })
}

function rowsOf(photos: Photos, { network }: World, members: readonly Member[]): LabelledRows {
  const { dim, rows } = photos.features[network]
  const features = new Float32Array(members.length * dim)
  for (const [at, { place }] of members.entries()) features.set(rows.subarray(place * dim, (place + 1) * dim), at * dim)
  return { features, classes: Int32Array.from(members, ({ label }) => label) }
}

const never = new AbortController().signal

/** Trains the head of a world; of one that grew beyond all bounds there is no head. `validation`: other photos in place of its own. */
async function learn(photos: Photos, world: World, recipe: Recipe, members: readonly Member[], validation?: readonly Member[]) {
  const part = (name: Member['part']): Member[] => members.filter((member) => member.part === name)
  const epochs: EpochReport[] = []
  const context = { signal: never, stopSignal: never, emit: (report: EpochReport) => void epochs.push(report) }
  const task = {
    dim: photos.features[world.network].dim,
    classCount: world.classes.length,
    train: rowsOf(photos, world, part('train')),
    validation: rowsOf(photos, world, validation ?? part('validation')),
    settings: headSettings(recipe),
  }
  try {
    return { epochs, trained: await trainHead(task, context) }
  } catch (error) {
    if (!(error instanceof StudioError) || error.code !== 'TRAINING_DIVERGED') throw error
    return { epochs, trained: null }
  }
}

export async function trainWorld(photos: Photos, world: World): Promise<Trained> {
  const { members, jury } = placeOf(photos, world)
  const { epochs, trained } = await learn(photos, world, world.recipe, members)
  const judged = members.filter(({ part }) => part !== 'train')
  const looks = lookAlikesOf(photos, world, members)
  const evidence: Evidence = {
    epochs: epochs.map(({ durationMs: _, ...each }) => each),
    recipe: world.recipe,
    ended: trained?.endedBecause ?? 'diverged',
    classes: world.classes.map((name, index) => {
      const countOf = (part: Member['part']): number => members.filter((each) => each.label === index && each.part === part).length
      return { id: index + 1, name, train: countOf('train'), validation: countOf('validation'), test: countOf('test') }
    }),
    confusion:
      trained === null
        ? null
        : confuse(
            photos,
            world,
            trained,
            judged.filter(({ part }) => part === 'validation'),
          ),
    labelCheck: world.checked ? await checkLabels(photos, world, members) : null,
    lookAlikes: looks.seen,
  }
  return {
    evidence,
    jury: judgeBy(photos, world, trained, jury),
    leaked: looks.real / judged.length,
    wrong: members.filter(({ label, truth }) => label !== truth).length / members.length,
  }
}

/** The jury's loss after every epoch of a training without patience, which learns the same whatever it is measured on. */
export async function juryCourse(photos: Photos, world: World): Promise<readonly number[]> {
  const { members, jury } = placeOf(photos, world)
  const { epochs } = await learn(photos, world, { ...world.recipe, patience: 0 }, members, jury)
  return epochs.map(({ validationLoss }) => validationLoss)
}

/** Row-major [members, classes]. */
function answer(photos: Photos, world: World, { head }: TrainedHead, members: readonly Member[]): Float32Array[] {
  const classCount = world.classes.length
  const probabilities = applyHead(head, rowsOf(photos, world, members).features)
  return members.map((_, row) => probabilities.subarray(row * classCount, (row + 1) * classCount))
}

/** Counts by label and by what the head says. */
function confuse(photos: Photos, world: World, trained: TrainedHead, members: readonly Member[]): number[][] {
  const counts = world.classes.map(() => world.classes.map(() => 0))
  for (const [row, own] of answer(photos, world, trained, members).entries()) {
    const cells = counts[members[row]?.label ?? 0] as number[]
    cells[mostProbable(own)] = (cells[mostProbable(own)] ?? 0) + 1
  }
  return counts
}

function judgeBy(photos: Photos, world: World, trained: TrainedHead | null, jury: readonly Member[]): Jury {
  if (trained === null) return { loss: Infinity, recall: world.classes.map(() => 0) }
  const answers = answer(photos, world, trained, jury)
  const losses = answers.map((own, row) => -Math.log(Math.max(own[jury[row]?.truth ?? 0] ?? 0, 1e-12)))
  const rightOf = (index: number): number => {
    const rows = [...jury.keys()].filter((row) => jury[row]?.truth === index)
    return rows.filter((row) => mostProbable(answers[row] as Float32Array) === index).length / rows.length
  }
  return { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, recall: world.classes.map((_, index) => rightOf(index)) }
}

async function checkLabels(photos: Photos, world: World, members: readonly Member[]): Promise<Evidence['labelCheck']> {
  const rows = rowsOf(photos, { ...world, network: networks[0] }, members)
  const classCount = world.classes.length
  const named = members.map(({ place, label }) => ({ hash: photos.photos[place]?.hash ?? '', classIndex: label, groupId: null }))
  const probabilities = await predictOutOfFold(
    { dim: photos.features[networks[0]].dim, classCount, rows, foldOf: assignFolds(named, 10, 1), folds: 10, seed: 1 },
    new Turns(never),
    () => undefined,
  )
  const { doubts, estimatedWrong } = findDoubts({ probabilities, classes: rows.classes, classCount })
  return { images: members.length, estimatedWrong, listed: doubts.length }
}

/** As they are known where look-alikes were compared; and how many there really are. */
function lookAlikesOf({ photos, pairs }: Photos, world: World, members: readonly Member[]): { seen: Evidence['lookAlikes']; real: number } {
  const partOf = new Map(members.map(({ place, part }) => [place, part]))
  const best = new Map<number, number>()
  for (const { one, other, similarity } of pairs) {
    for (const [own, their] of [
      [one, other],
      [other, one],
    ] as const)
      if (partOf.get(their) === 'train' && (partOf.get(own) ?? 'train') !== 'train') best.set(own, Math.max(similarity, best.get(own) ?? 0))
  }
  const sure = [...best.values()].filter((similarity) => similarity >= sameFrom).length
  const nameOf = (place: number): string => `${photos[place]?.className} ${photos[place]?.name}`
  const learned = new Set(members.filter(({ part }) => part === 'train').map(({ place }) => nameOf(place)))
  const real = members.filter(({ part, place }) => part !== 'train' && learned.has(nameOf(place))).length
  return { seen: world.compared ? { sure, perhaps: best.size - sure } : { sure: 0, perhaps: 0 }, real }
}
