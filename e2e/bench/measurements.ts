import { mkdtempSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { advice } from './advice.ts'
import { augmentation } from './augmentation.ts'
import { recipesBeside } from './recipes.ts'
import { benchPhotos, phoneSize, webSize, type PhotoSize } from './bench-photos.ts'
import { engines } from './engine-measurements.ts'
import { foreign } from './foreign.ts'
import { lastEvent, measureGraft, withFolder } from './graft-process.ts'
import { runKeras } from './python-environments.ts'
import { measureProcess } from './measured-process.ts'
import { backboneFolder } from './places.ts'
import { coaching } from './coach/coach-measurements.ts'
import { labelling } from './labelling.ts'
import { killing } from './killing.ts'
import { suggestions } from './suggestion-measurements.ts'
import { morePhotos } from './more-photos.ts'
import { studioPage } from './studio-page.ts'
import { wrongLabels } from './wrong-labels.ts'

/** A line of the table: what Graft takes or does, what the other program does, and how they compare. */
export interface Row {
  readonly what: string
  readonly graft: string
  readonly other: string
  readonly ratio: string
  readonly wanted: string
}
export interface Measurement {
  readonly name: string
  /** `rounds`: how often each side is measured, one after the other in turns; the median counts. */
  readonly measure: (rounds: number) => Promise<readonly Row[]>
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const percent = (share: number): string => `${(share * 100).toFixed(0)} %`
const times = (factor: number): string => `${factor.toFixed(1)} times`
const seconds = (value: number): string => `${value.toFixed(2)} s`
const rate = (value: number): string => `${value.toFixed(0)} photos/s`

async function extraction(backbone: string, wanted: string, rounds: number): Promise<Row> {
  const threads = availableParallelism()
  const photos = await benchPhotos(1000, webSize)
  const ours: number[] = []
  const theirs: number[] = []
  await withFolder(async (folder) => {
    await measureGraft(folder, ['import', 'bench', photos, '--label-from-folders', '--backbone', 'none'])
    const program = join(import.meta.dirname, 'extraction-process.ts')
    for (let round = 0; round < rounds; round++) {
      const scratch = mkdtempSync(join(folder, 'features-'))
      ours.push(Number((await measureProcess(process.execPath, [program, join(folder, 'bench.graft'), backbone, scratch])).stdout))
      theirs.push(Math.max(await onnxruntimeRate(backbone, 1, threads), await onnxruntimeRate(backbone, threads, 1)))
    }
  })
  return {
    what: `features of 1,000 photos, ${backbone}, reading, decoding and resizing included / onnxruntime alone on ready pictures, the better of one session and one a core`,
    graft: rate(median(ours)),
    other: rate(median(theirs)),
    ratio: percent(median(ours) / median(theirs)),
    wanted,
  }
}

async function onnxruntimeRate(backbone: string, sessions: number, threads: number): Promise<number> {
  const { stdout } = await measureProcess(process.execPath, [
    join(import.meta.dirname, 'onnxruntime-process.ts'),
    backboneFolder(backbone),
    String(sessions),
    String(threads),
  ])
  return Number(stdout)
}

async function importing(count: number, size: PhotoSize, rounds: number): Promise<Row> {
  const photos = await benchPhotos(count, size)
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < rounds; round++) {
    await withFolder(async (folder) => {
      const report = lastEvent(await measureGraft(folder, ['import', 'bench', photos, '--label-from-folders', '--backbone', 'none']))
      ours.push(count / Number(report['seconds']))
      const { stdout } = await measureProcess(process.execPath, [
        join(import.meta.dirname, 'sharp-process.ts'),
        photos,
        join(folder, 'sharp'),
      ])
      theirs.push(count / Number(stdout))
    })
  }
  return {
    what: `import of ${count} photos ${size.widthPx} x ${size.heightPx} with database, duplicates and report / the picture work alone with sharp`,
    graft: rate(median(ours)),
    other: rate(median(theirs)),
    ratio: percent(median(ours) / median(theirs)),
    wanted: '80 %',
  }
}

async function wholeJourney(rounds: number): Promise<readonly Row[]> {
  const photos = await benchPhotos(1000, webSize)
  const ours: number[] = []
  const once: number[] = []
  const tutorial: number[] = []
  for (let round = 0; round < rounds; round++) {
    await withFolder(async (folder) => {
      const settings = ['--backbone', 'mobilenet-v2-035', '--epochs', '50', '--patience', '0']
      ours.push((await measureGraft(folder, ['train', 'bench', '--from', photos, ...settings])).seconds)
    })
    once.push((await runKeras('features_once', photos)).seconds)
    tutorial.push((await runKeras('tutorial', photos)).seconds)
  }
  const row = (other: string, theirs: number, wanted: number): Row => ({
    what: `1,000 photos 500 x 375 from the folder to a trained head, MobileNetV2 0.35, 50 epochs, the whole command (graft train --from) / ${other}`,
    graft: seconds(median(ours)),
    other: seconds(theirs),
    ratio: times(theirs / median(ours)),
    wanted: `${wanted} times`,
  })
  return [
    row('Keras 3, features extracted once, 50 epochs', median(once), 4),
    row("Keras 3's tutorial, frozen network in the model, 6 epochs", median(tutorial), 8),
  ]
}

/** Seconds that the whole command may take, where it was asked for. */
const journeyAims = { 'mobilenet-v2-035': 2.5, 'efficientnet-lite0': 6 } as const

/** The same with each network, in full precision and in 8 bits, against what was aimed at. */
async function journeyAgainstAims(rounds: number): Promise<readonly Row[]> {
  const photos = await benchPhotos(1000, webSize)
  const rows: Row[] = []
  for (const backbone of Object.keys(journeyAims) as (keyof typeof journeyAims)[]) {
    for (const precision of ['float32', 'int8']) {
      const taken: number[] = []
      for (let round = 0; round < rounds; round++) {
        await withFolder(async (folder) => {
          // Known on every machine from when the network was fetched.
          await measureGraft(folder, ['backbones', 'measure', backbone])
          const settings = ['--backbone', backbone, '--precision', precision, '--epochs', '50', '--patience', '0']
          taken.push((await measureGraft(folder, ['train', 'bench', '--from', photos, ...settings])).seconds)
        })
      }
      const aim = journeyAims[backbone]
      rows.push({
        what: `1,000 photos 500 x 375 from the folder to a trained head, ${backbone} in ${precision}, 50 epochs, the whole command / what was aimed at`,
        graft: seconds(median(taken)),
        other: seconds(aim),
        ratio: `${(median(taken) / aim).toFixed(2)} of its time`,
        wanted: 'less',
      })
    }
  }
  return rows
}

async function retraining(rounds: number): Promise<Row> {
  const photos = await benchPhotos(1000, webSize)
  const trained: number[] = []
  const started: number[] = []
  await withFolder(async (folder) => {
    await measureGraft(folder, ['import', 'bench', photos, '--label-from-folders'])
    await measureGraft(folder, ['train', 'bench', '--epochs', '1'])
    for (let round = 0; round < Math.max(rounds, 3); round++) {
      started.push((await measureGraft(folder, ['runs', 'bench'])).seconds)
      trained.push(
        (await measureGraft(folder, ['train', 'bench', '--epochs', '30', '--patience', '0', '--seed', String(round + 2)])).seconds,
      )
    }
  })
  return {
    what: 'training again on cached features, 1,000 photos, 30 epochs, whole command / start-up alone (`graft runs`)',
    graft: seconds(median(trained)),
    other: seconds(median(started)),
    ratio: `${seconds(median(trained) - median(started))} more`,
    wanted: '1 s more at most',
  }
}

async function memory(): Promise<readonly Row[]> {
  const counts = [1000, 3000, 10_000]
  const peaks = { 'image-worker': [] as number[], 'training-worker': [] as number[] }
  for (const count of counts) {
    const photos = await benchPhotos(count, webSize)
    await withFolder(async (folder) => {
      const measured = [
        await measureGraft(folder, ['import', 'bench', photos, '--label-from-folders'], { memory: true }),
        await measureGraft(folder, ['train', 'bench', '--epochs', '10'], { memory: true }),
      ]
      for (const [worker, list] of Object.entries(peaks)) {
        const own = measured.flatMap(({ peakMegabytes }) =>
          [...peakMegabytes].filter(([command]) => command.includes(worker)).map(([, peak]) => peak),
        )
        list.push(Math.max(...own))
      }
    })
  }
  return Object.entries(peaks).map(([worker, list]) => ({
    what: `largest memory of the ${worker} at ${counts.join(', ')} photos (import, extraction, training)`,
    graft: `${list.map((peak) => peak.toFixed(0)).join(', ')} MB`,
    other: '',
    ratio: times((list.at(-1) ?? 0) / (list[0] ?? 1)),
    wanted: 'flat',
  }))
}

export const measurements: readonly Measurement[] = [
  {
    name: 'extraction',
    measure: async (rounds) => [
      await extraction('efficientnet-lite0', '80 %', rounds),
      await extraction('mobilenet-v2-035', '80 %', rounds),
    ],
  },
  { name: 'import', measure: async (rounds) => [await importing(1000, webSize, rounds), await importing(200, phoneSize, rounds)] },
  { name: 'journey', measure: wholeJourney },
  { name: 'aims', measure: journeyAgainstAims },
  { name: 'retraining', measure: async (rounds) => [await retraining(rounds)] },
  { name: 'memory', measure: memory },
  { name: 'engines', measure: engines },
  { name: 'suggestions', measure: suggestions },
  { name: 'ui', measure: studioPage },
  { name: 'labelling', measure: labelling },
  { name: 'kills', measure: async () => [await killing()] },
  { name: 'wrong-labels', measure: wrongLabels },
  { name: 'more-photos', measure: morePhotos },
  { name: 'advice', measure: advice },
  { name: 'foreign', measure: foreign },
  { name: 'augmentation', measure: augmentation },
  { name: 'recipes', measure: recipesBeside },
  { name: 'coach', measure: () => Promise.resolve(coaching()) },
]
