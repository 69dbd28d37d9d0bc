import { trainingEngine } from '../../../contract/worker/training-tasks.ts'
import { toWireError } from '../../../contract/errors.ts'
import { describeError } from '../../../../renderer/text/errors.ts'
import { withStudio, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'

/** In the order in which they are tried. */
const extractors = ['onnxruntime', 'wasm'] as const

/** What the self-test of one engine gave. `reason` is set where it is not there or failed. */
interface EngineTest {
  readonly engine: string
  readonly available: boolean
  readonly passed: boolean
  readonly version: string | null
  readonly reason: string | null
}

export function listEngines(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ studio, printer }) => {
    const { training, extraction, versions } = await studio.context.workers.training.request('engines', {
      wanted: 'auto',
      settings: studio.context.settings(),
    })
    printer.event({ training, extraction, versions })
    printer.line(`Trains with ${training}, extracts features with ${extraction}.`)
    for (const [name, version] of Object.entries(versions)) printer.line(`  ${name} ${version}`)
  })
}

/** Each engine computes known numbers in the training worker. Exit code 1 when one that is there computes wrong ones, or none passes. */
export function testEngines(options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const tests = [testTraining()]
    for (const engine of extractors) tests.push(await testExtractor(session, engine))
    for (const test of tests) session.printer.event({ ...test })
    const rows = tests.map(({ engine, available, passed, version, reason }) => [
      engine,
      passed ? 'works' : available ? 'WRONG' : 'not here',
      version ?? '-',
      reason ?? '',
    ])
    session.printer.line(tableText(['engine', 'self-test', 'version', ''], rows))
    return tests.every(({ passed, available }) => passed || !available) && tests.slice(1).some(({ passed }) => passed) ? 0 : 1
  })
}

/** Plain arithmetic of Node's own: nothing that could be missing, and it needs no extractor. */
function testTraining(): EngineTest {
  return { engine: trainingEngine, available: true, passed: true, version: process.versions.node, reason: null }
}

/** What the self-test of one extractor said, in the training worker. */
async function testExtractor({ studio }: Session, engine: (typeof extractors)[number]): Promise<EngineTest> {
  try {
    const { versions } = await studio.context.workers.training.request('engines', { wanted: engine })
    return { engine, available: true, passed: true, version: versions[engine] ?? null, reason: null }
  } catch (error) {
    const wire = toWireError(error)
    return { engine, available: wire.code !== 'ENGINE_UNAVAILABLE', passed: false, version: null, reason: describeError(wire).title }
  }
}
