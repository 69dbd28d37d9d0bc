import { join } from 'node:path'
import { FeatureFile } from '../../src/main/compute/feature-file.ts'
import { featureCache } from '../../src/main/core/features/feature-caches.ts'
import { projectBackbone } from '../../src/main/core/features/project-backbone.ts'
import { testStudio } from '../../src/main/core/testing/studio.ts'
import { photoSets } from '../photo-folder.ts'
import { simulateLabelling, type LabelledSet, type Point } from './label-simulation.ts'
import type { Row } from './measurements.ts'

const seeds = [1, 2, 3, 4, 5]
const labelsAtMost = 140
/** Where accuracies are told. */
const marks = [20, 40, 60, 80, 100, 140]
/** One key accepts so many on a screen of 1280 x 720; a wrong one takes two, to it and its class. */
const photosPerScreen = 18

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length

/** Whether suggestions save labels and key presses on the photo sets at hand: random order against the most useful next, on photos held out. */
export async function suggestions(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const name of ['cats-dogs', 'waste', 'hemlock-cherry']) rows.push(...(await measureSet(name)))
  return rows
}

async function measureSet(name: string): Promise<Row[]> {
  const studio = await testStudio()
  try {
    await studio.client.project.create({ name: 'bench' })
    const { jobId } = await studio.client.images.import({ paths: [join(photoSets, name)], labelFromFolders: true })
    await studio.result(jobId, 'import')
    const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 2000 })
    const classIds = [...new Set(images.map(({ classId }) => classId))]
    const { path, dim } = featureCache(studio.context.project(), projectBackbone(studio.context, studio.context.project()))
    const set: LabelledSet = {
      file: FeatureFile.open(path, dim),
      hashes: images.map(({ hash }) => hash),
      classes: images.map(({ classId }) => classIds.indexOf(classId)),
      groupIds: images.map(({ groupId }) => groupId),
      classCount: classIds.length,
    }
    const byChance: Point[][] = []
    const byUse: Point[][] = []
    for (const seed of seeds) {
      byChance.push(await simulateLabelling(set, 'chance', seed, labelsAtMost))
      byUse.push(await simulateLabelling(set, 'use', seed, labelsAtMost))
    }
    return [
      accuracies(name, byUse, byChance),
      labelsNeeded(name, byUse, byChance),
      sureness(name, byChance),
      keyPresses(name, set, byChance),
    ]
  } finally {
    await studio.close()
  }
}

function accuracyAt(runs: readonly (readonly Point[])[], labels: number): number {
  return mean(runs.map((points) => (points.findLast((point) => point.labels <= labels) ?? points[0])?.accuracy ?? 0))
}

function accuracies(name: string, byUse: readonly Point[][], byChance: readonly Point[][]): Row {
  const told = (runs: readonly Point[][]): string => marks.map((labels) => percent(accuracyAt(runs, labels))).join(', ')
  return {
    what: `${name}: right on held-out photos after ${marks.join(', ')} labels, most useful next / random order`,
    graft: told(byUse),
    other: told(byChance),
    ratio: '',
    wanted: 'more',
  }
}

function labelsNeeded(name: string, byUse: readonly Point[][], byChance: readonly Point[][]): Row {
  const wanted = accuracyAt(byChance, labelsAtMost)
  const needed = (runs: readonly Point[][]): number => {
    for (let labels = 1; labels <= labelsAtMost; labels++) if (accuracyAt(runs, labels) >= wanted) return labels
    return labelsAtMost
  }
  const [ours, theirs] = [needed(byUse), needed(byChance)]
  return {
    what: `${name}: labels needed for the ${percent(wanted)} that random order reaches with ${labelsAtMost}, most useful next / random order`,
    graft: String(ours),
    other: String(theirs),
    ratio: `${(ours / theirs).toFixed(2)} times`,
    wanted: 'fewer',
  }
}

function sureness(name: string, runs: readonly Point[][]): Row {
  const sure = runs.flat().flatMap(({ suggestions }) => suggestions.filter(({ confidence }) => confidence >= 0.85 && confidence < 0.95))
  const right = sure.filter(({ isRight }) => isRight).length
  return {
    what: `${name}: right among suggestions with a confidence of about 0.9 / confidence`,
    graft: sure.length === 0 ? 'none' : percent(right / sure.length),
    other: sure.length === 0 ? '' : percent(mean(sure.map(({ confidence }) => confidence))),
    ratio: `${sure.length} suggestions`,
    wanted: 'the same',
  }
}

/** To label the whole set: one by one, or ten labels a class and the rest by screens, wrong ones put right. */
function keyPresses(name: string, set: LabelledSet, runs: readonly Point[][]): Row {
  const first = Math.min(10 * set.classCount, Math.floor(set.hashes.length / 2))
  const rest = set.hashes.length - first
  const wrong = rest * (1 - accuracyAt(runs, first))
  const presses = first + Math.ceil(rest / photosPerScreen) + set.classCount + 2 * wrong
  return {
    what: `${name}: key presses to label all ${set.hashes.length} photos, ${first} by hand and the others by the screen / one by one`,
    graft: presses.toFixed(0),
    other: String(set.hashes.length),
    ratio: `${(presses / set.hashes.length).toFixed(2)} times`,
    wanted: 'fewer',
  }
}
