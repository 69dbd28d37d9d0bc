import type { EngineInUse } from '../../../contract/worker/training-tasks.ts'
import { toWireError } from '../../../contract/errors.ts'
import { describeError } from '../../../../renderer/text/errors.ts'
import { withStudio, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'

/** What the self-test of one engine gave. `reason` is set where it is not there or failed. */
interface EngineTest {
  readonly engine: string
  readonly available: boolean
  readonly passed: boolean
  readonly version: string | null
  readonly reason: string | null
}

const tfjsPackage = 'tfjs-backend-wasm'

export function listEngines(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ studio, printer }) => {
    const { training, extraction, versions } = await studio.context.workers.training.request('engines', { wanted: 'auto' })
    printer.event({ training, extraction, versions })
    printer.line(`Trains with ${training}, extracts features with ${extraction}.`)
    for (const [name, version] of Object.entries(versions)) printer.line(`  ${name} ${version}`)
  })
}

/** Each engine computes known numbers in the training worker. Exit code 1 when none can train. */
export function testEngines(options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const tests = [await testExtractor(session), await testTraining(session)]
    for (const test of tests) session.printer.event({ ...test })
    const rows = tests.map(({ engine, available, passed, version, reason }) => [
      engine,
      passed ? 'works' : available ? 'WRONG' : 'not here',
      version ?? '-',
      reason ?? '',
    ])
    session.printer.line(tableText(['engine', 'self-test', 'version', ''], rows))
    return tests.every(({ passed, available }) => passed || !available) && tests.some(({ passed }) => passed) ? 0 : 1
  })
}

async function testExtractor(session: Session): Promise<EngineTest> {
  return told('onnxruntime', session, 'auto', ({ extraction, versions }) => {
    const isUsed = extraction === 'onnxruntime'
    return {
      available: isUsed,
      passed: isUsed,
      version: versionOf(versions, 'onnxruntime'),
      reason: isUsed ? null : `it does not load or failed; ${extraction} extracts instead`,
    }
  })
}

async function testTraining(session: Session): Promise<EngineTest> {
  return told('wasm', session, 'wasm', ({ training, versions }) => ({
    available: true,
    passed: training === 'wasm',
    version: versionOf(versions, tfjsPackage) ?? versionOf(versions, 'tfjs'),
    reason: training === 'wasm' ? null : `${training} was used instead`,
  }))
}

async function told(
  engine: string,
  { studio }: Session,
  wanted: 'auto' | 'wasm',
  read: (inUse: EngineInUse) => Omit<EngineTest, 'engine'>,
): Promise<EngineTest> {
  try {
    return { engine, ...read(await studio.context.workers.training.request('engines', { wanted })) }
  } catch (error) {
    const wire = toWireError(error)
    return { engine, available: wire.code === 'ENGINE_WRONG', passed: false, version: null, reason: describeError(wire).title }
  }
}

function versionOf(versions: EngineInUse['versions'], name: string): string | null {
  return Object.entries(versions).find(([key]) => key.includes(name))?.[1] ?? null
}
