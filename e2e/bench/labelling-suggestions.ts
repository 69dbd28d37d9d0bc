import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { FeatureFile } from '../../src/main/compute/feature-file.ts'
import { makeRandom } from '../../src/main/compute/random.ts'
import { featureCache } from '../../src/main/core/features/feature-caches.ts'
import { projectBackbone } from '../../src/main/core/features/project-backbone.ts'
import { testStudio, type TestStudio } from '../../src/main/core/testing/studio.ts'

/** What suggestions cost while one labels, ms. */
export interface SuggestionTimes {
  /** From the question to every unlabelled photo judged anew, median of the rounds. */
  readonly refreshMs: number
  /** One photo given a class meanwhile, on the disk, 95th percentile. */
  readonly labelMeanwhileMs: number
}

/** As somebody labels who does nothing else. */
const labelEveryMs = 150
const photosAtOnce = 1000

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** Measures on `project`, whose photos are named after their class, as a large project's are; it gets features that are made up. */
export async function suggestionTimes(project: string, folder: string, rounds: number): Promise<SuggestionTimes> {
  mkdirSync(folder, { recursive: true })
  const studio = await testStudio({ folder })
  try {
    await studio.client.project.open({ path: project })
    await makeFeatures(studio)
    // The first one starts the worker, which reads the file of features.
    await studio.client.suggestions.refresh()
    const refreshes: number[] = []
    const labels: number[] = []
    for (let round = 0; round < rounds; round++) {
      const { refreshMs, labelMs } = await refreshWhileLabelling(studio)
      refreshes.push(refreshMs)
      labels.push(...labelMs)
    }
    return { refreshMs: percentile(refreshes, 0.5), labelMeanwhileMs: percentile(labels, 0.95) }
  } finally {
    await studio.close()
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

/** A direction for each class, and noise around it, as long as itself. */
async function makeFeatures({ client, context }: TestStudio): Promise<void> {
  const { path, dim } = featureCache(context.project(), projectBackbone(context, context.project()))
  const file = FeatureFile.open(path, dim)
  const random = makeRandom(1)
  const noise = Float32Array.from({ length: 64 * dim }, () => random() - 0.5)
  const directions = new Map<string, Float32Array>()
  for (let offset = 0; ; offset += photosAtOnce) {
    const { images } = await client.images.list({ filter: {}, offset, limit: photosAtOnce })
    file.append(
      images.map(({ hash, name }) => {
        const own = name.replace(/-\d+\.\w+$/, '')
        const direction = directions.get(own) ?? Float32Array.from({ length: dim }, () => random() - 0.5)
        directions.set(own, direction)
        const from = Math.floor(random() * (noise.length - dim))
        return { hash, features: direction.map((value, at) => value + (noise[from + at] ?? 0)) }
      }),
    )
    if (images.length < photosAtOnce) return
  }
}

async function refreshWhileLabelling({ client }: TestStudio): Promise<{ refreshMs: number; labelMs: number[] }> {
  const classes = await client.classes.list()
  const hashes = await client.images.hashes({ filter: { class: 'unlabelled' }, offset: 0, limit: 1000 })
  const labelMs: number[] = []
  const startedAt = performance.now()
  let isUnderWay = true
  const judging = client.suggestions.refresh().then(() => {
    isUnderWay = false
    return performance.now() - startedAt
  })
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it changes while the loop waits
  for (let press = 0; isUnderWay; press++) {
    const pressedAt = performance.now()
    await client.labels.set({ hashes: hashes.slice(press, press + 1), classId: classes[press % classes.length]?.id ?? null })
    labelMs.push(performance.now() - pressedAt)
    await Promise.race([judging, sleep(labelEveryMs)])
  }
  return { refreshMs: await judging, labelMs }
}
