import { updateOf, type EngineReport } from '../../../contract/engines.ts'
import { trainingEngineChoice } from '../../../core/engines/native-place.ts'
import { bytesText } from '../../../../renderer/text/numbers.ts'
import { followJob } from '../follow-job.ts'
import { withStudio, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

const stateNames: Readonly<Record<EngineReport['state'], string>> = {
  works: 'works',
  wrong: 'WRONG',
  unavailable: 'does not run',
  missing: 'not installed',
}

const workNames: Readonly<Record<EngineReport['does'][number], string>> = {
  extract: 'looks at photos',
  'train-heads': 'trains heads',
  'train-networks': 'trains networks',
}

export function listEngines(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ studio, client, printer }) => {
    const { training, extraction, versions } = await studio.context.workers.training.request('engines', {
      wanted: 'auto',
      settings: studio.context.settings(),
    })
    const choice = trainingEngineChoice(studio.context, studio.context.settings().training)
    const { adapter, ...networks } = await studio.context.workers.training.request('expectTraining', choice)
    const native = await client.engines.native()
    const { installed, offer } = native
    printer.event({ training, extraction, networks, adapter, versions, native: installed })
    printer.line(`Trains heads with ${training}, extracts features with ${extraction}.`)
    for (const [name, version] of Object.entries(versions)) printer.line(`  ${name} ${version}`)
    printer.line(`Trains networks with ${networks.engine}${networks.device === null ? '' : ` on ${networks.device}`}.`)
    printer.line(adapter.state === 'found' ? `  graphics card: ${adapter.name}` : `  no graphics card for webgpu: ${adapter.reason}`)
    if (installed !== null) {
      printer.line(
        `  tfjs-node-gpu on TensorFlow ${installed.tensorflow}${installed.gpu ? ' for NVIDIA cards' : ''}: ${installed.folder}, ${bytesText(installed.sizeBytes)}`,
      )
      const update = updateOf(native)
      if (update === null) return
      const command = `graft engines install native${installed.gpu ? ' --gpu' : ''}`
      return printer.note(`TensorFlow ${update.tensorflow} is there: ${command} (fetches ${bytesText(update.downloadBytes)}).`)
    }
    if (offer === null || networks.engine === 'webgpu') return
    printer.note(`Two to five times as fast: graft engines install native (fetches ${bytesText(offer.downloadBytes)} once).`)
  })
}

/** Each engine computes known numbers in a process of its own. Exit code 1 when one that is there computes wrong ones or fails, or none extracts. */
export function testEngines(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const reports = await client.engines.test()
    for (const report of reports) {
      printer.event({ ...report, available: report.state === 'works' || report.state === 'wrong', passed: report.state === 'works' })
    }
    const rows = reports.map(({ engine, state, version, device, difference, does, reason }) => [
      engine,
      stateNames[state],
      version ?? '-',
      device ?? '-',
      difference === null ? '-' : difference.toPrecision(2),
      reason ?? does.map((work) => workNames[work]).join(', '),
    ])
    printer.line(tableText(['engine', 'self-test', 'version', 'on', 'off by', ''], rows))
    const wrong = reports.some(({ state }) => state === 'wrong')
    const extracts = reports.some(({ does, state }) => does.includes('extract') && state === 'works')
    return wrong || !extracts ? 1 : 0
  })
}

export interface InstallOptions extends GlobalOptions {
  readonly gpu?: boolean
}

export function installEngine(options: InstallOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const { client, printer } = session
    const gpu = options.gpu === true
    const native = await client.engines.native()
    const offer = gpu ? native.gpuOffer : native.offer
    if (native.installed !== null && native.installed.gpu === gpu && updateOf(native) === null) {
      printer.event({ event: 'installed', engine: 'tfjs-node-gpu', tensorflow: native.installed.tensorflow, device: null })
      printer.line(`tfjs-node-gpu is installed already, on TensorFlow ${native.installed.tensorflow}: ${native.installed.folder}`)
      return printer.note('graft engines test   tries it;   graft engines remove native   takes it away, to install it anew')
    }
    if (offer !== null) {
      printer.note(
        `TensorFlow ${offer.tensorflow}: ${bytesText(offer.downloadBytes)} to fetch, ${bytesText(offer.sizeBytes)} on the disk. Ctrl+C cancels.`,
      )
    }
    const { jobId } = await client.engines.install({ gpu })
    const { result } = await followJob(session, jobId, {
      kind: 'install-engine',
      onInterrupt: 'cancel',
      kept: 'Cancelling. Nothing is kept.',
    })
    printer.event({ event: 'installed', engine: result.engine, tensorflow: result.tensorflow, device: result.device })
    printer.line(
      `tfjs-node-gpu is installed on TensorFlow ${result.tensorflow}, passed its self-test, and computes on the ${result.device}.`,
    )
    if (gpu && result.device !== 'GPU') {
      printer.note('No NVIDIA card with a driver was found, so it computes on the processor. nvidia-smi tells what the driver sees.')
    }
  })
}

export function removeEngine(options: GlobalOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const { installed } = await client.engines.native()
    await client.engines.remove()
    printer.event({ event: 'removed', engine: 'tfjs-node-gpu', wasInstalled: installed !== null })
    printer.line(installed === null ? 'tfjs-node-gpu is not installed.' : `Removed ${installed.folder}.`)
  })
}
