import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Recipe } from '../../../contract/runs.ts'
import { countOf, durationText } from '../../../../renderer/text/numbers.ts'
import { labelledWords } from '../../../../renderer/text/photos.ts'
import { followJob } from '../follow-job.ts'
import { fromCaller } from '../../caller-paths.ts'
import { withStudio, type GlobalOptions, type Session } from '../session.ts'
import { fetchBackbone } from './backbones.ts'
import { writeExport } from './export.ts'
import { printPrediction } from './predict.ts'
import { printComparison } from './runs.ts'
import { makeSample } from './sample.ts'
import { trainRun } from './train.ts'

/** The default one and the fast one. */
const demoBackbones = ['efficientnet-lite0', 'mobilenet-v2-035']
const demoEpochs = 20

/** The whole journey on the sample: pictures, import, two trainings, comparison, a prediction, an export with its proof. */
export function demo(folder: string | undefined, options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const startedAtMs = Date.now()
    const { client, printer } = session
    const place = folder === undefined ? session.studio.context.projectsDir : fromCaller(folder)

    printer.line('1. The sample pictures')
    const sample = await makeSample(session, null)

    printer.line('\n2. Import into a new project, labelled by folder')
    const project = await client.project.create({ name: freeName(place), folder: place })
    await importSample(session, sample.path)

    printer.line('\n3. Train a head on two starting networks')
    const runs: string[] = []
    for (const backbone of await readyBackbones(session)) runs.push(await trainRun(session, Recipe.parse({ backbone, epochs: demoEpochs })))

    const [first, second] = runs
    if (first !== undefined && second !== undefined) {
      printer.line('\n4. Compare the two')
      printComparison(printer, await client.runs.compare({ first, second }))
    }
    const chosen = first ?? 'latest'
    printer.line('\n5. Ask about one picture')
    const picture = await onePicture(sample.path)
    const [answer] = await client.runs.predict({ run: chosen, files: [picture] })
    if (answer !== undefined) printPrediction(session, picture, answer)

    printer.line('\n6. Export for the web, and prove that it answers the same')
    await writeExport(session, chosen, 'tfjs', join(place, `${project.name} export`))

    const seconds = (Date.now() - startedAtMs) / 1000
    printer.event({ event: 'demo', project: project.path, runs, seconds })
    printer.line(`\nDone in ${durationText(seconds)}. The project lies at ${project.path}`)
    printer.line(`Next: graft serve "${project.path}"   opens it in the studio`)
  })
}

/** `Demo`, or `Demo 2` where that is taken. */
function freeName(place: string): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'Demo' : `Demo ${number}`
    if (!existsSync(join(place, `${name}.graft`))) return name
  }
}

async function importSample(session: Session, path: string): Promise<void> {
  const { jobId } = await session.client.images.import({ paths: [path], labelFromFolders: true })
  const { result } = await followJob(session, jobId, { kind: 'import', onInterrupt: 'cancel', kept: 'Stopping the import.' })
  const { report } = result
  session.printer.event({ event: 'imported', ...report })
  session.printer.line(`${countOf(report.images, 'photo')} in ${durationText(report.seconds)}; ${labelledWords(report)}.`)
}

/** Fetches what is missing; one that cannot be brought is left out and told, as long as another is there. */
async function readyBackbones(session: Session): Promise<readonly string[]> {
  const known = await session.client.backbones.list()
  const ready: string[] = []
  let lastError: unknown = null
  for (const id of demoBackbones) {
    try {
      if (known.find((each) => each.id === id)?.state !== 'ready') await fetchBackbone(session, known, id)
      ready.push(id)
    } catch (error) {
      lastError = error
      session.printer.note(`${id} cannot be used here and is left out.`)
    }
  }
  if (ready.length === 0) throw lastError
  return ready
}

async function onePicture(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const [picture] = entries
    .filter((entry) => entry.isFile() && /\.(png|jpe?g|webp)$/i.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  if (picture === undefined) throw new Error(`no picture in ${folder}`)
  return picture
}
