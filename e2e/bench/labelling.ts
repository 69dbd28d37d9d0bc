import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeLargeProject } from './large-project.ts'
import { bulk, coreTimes, type CoreTimes } from './labelling-core.ts'
import { pageTimes, type PageTimes } from './labelling-page.ts'
import { suggestionTimes, type SuggestionTimes } from './labelling-suggestions.ts'
import type { Row } from './measurements.ts'
import { benchFolder } from './places.ts'

// Labelling in projects of three sizes: what has to stay as fast in a large one, and what may grow with it.

const sizes = [1000, 10_000, 100_000] as const
const home = join(benchFolder, 'labelling')

type Times = CoreTimes & PageTimes & SuggestionTimes

const counted = (images: number): string => images.toLocaleString('en-US')
const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`

async function measure(images: number, rounds: number): Promise<Times> {
  const name = `${images}-photos`
  const folder = join(home, String(images))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  // Half of the photos have no class yet: there is something to label.
  const project = await makeLargeProject({ folder, name, images, unlabelled: 0.5 })
  const page = await pageTimes(folder, project, name, rounds)
  const core = await coreTimes(project, join(folder, 'core'), rounds)
  return { ...page, ...core, ...(await suggestionTimes(project, join(folder, 'suggestions'), rounds)) }
}

/** The rows of `npm run bench -- labelling`: the largest project, the two others beside it, and how many times as long the largest takes. */
export async function labelling(rounds: number): Promise<readonly Row[]> {
  const all: Times[] = []
  for (const images of sizes) all.push(await measure(images, rounds))
  const row = (what: string, of: (times: Times) => number, wanted: string): Row => {
    const values = all.map(of)
    const [smallest = Number.NaN] = values
    const largest = values.at(-1) ?? Number.NaN
    return {
      what,
      graft: milliseconds(largest),
      other: values.slice(0, -1).map(milliseconds).join(', '),
      ratio: `${(largest / smallest).toFixed(1)} times`,
      wanted,
    }
  }
  const presses = all.at(-1)?.key.presses ?? 0
  const sizeWords = `${counted(sizes[2])} photos / ${counted(sizes[0])}, ${counted(sizes[1])}`
  return [
    row(`${sizeWords}: class key to the next photo on screen, median of ${presses} presses`, ({ key }) => key.p50, ''),
    row('the same, 95th percentile', ({ key }) => key.p95, '50 ms at most'),
    row('the same, 99th percentile', ({ key }) => key.p99, ''),
    row('scrolling the grid as a wheel does, 95th percentile of the frames', ({ scrollMs }) => scrollMs, '32 ms at most'),
    row('open the project, to the last photo on screen', ({ openMs }) => openMs, '1500 ms at most'),
    row('filter by class, to the last photo on screen', ({ filterMs }) => filterMs, '150 ms at most'),
    row('filter by class after a label has changed, without the page', (times) => times.listMs, ''),
    row(`give ${counted(bulk)} photos a class (1,000 of 1,000), on the disk`, ({ bulkLabelMs }) => bulkLabelMs, '300 ms at most'),
    row('undo of that', ({ bulkUndoMs }) => bulkUndoMs, ''),
    row('add one photo: the whole import, compared with all others', ({ addMs }) => addMs, 'independent of the size'),
    row('compare all photos with all others for look-alikes', ({ duplicatesMs }) => duplicatesMs, ''),
    row('suggest a class for every photo without one (half of all), in the background', ({ refreshMs }) => refreshMs, ''),
    row('give a photo a class meanwhile, on the disk, 95th percentile', (times) => times.labelMeanwhileMs, '50 ms at most'),
  ]
}
