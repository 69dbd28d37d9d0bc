import { env } from 'node:process'
import type { StudioSettings } from '../../../contract/project.ts'
import { bytesText, countOf } from '../../../../renderer/text/numbers.ts'
import type { Printer } from '../printer.ts'
import { withStudio, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export interface SettingsOptions {
  readonly json?: boolean
  /** A number, or `all`. */
  readonly threads?: string
  readonly engine?: StudioSettings['extraction']
  readonly trainingEngine?: StudioSettings['training']
}

/** Changes what is named, and shows what holds now. The engine is a setting here, not the engine of this command. */
export function settings({ json, threads, engine, trainingEngine }: SettingsOptions): Promise<number> {
  return withStudio({ ...(json === undefined ? {} : { json }) }, async ({ client, printer }) => {
    const part = {
      ...(threads === undefined ? {} : { threads: threads === 'all' ? null : numberOf(threads) }),
      ...(engine === undefined ? {} : { extraction: engine }),
      ...(trainingEngine === undefined ? {} : { training: trainingEngine }),
    }
    const changed = Object.keys(part).length > 0
    printSettings(printer, changed ? await client.studio.changeSettings(part) : await client.studio.settings())
    if (changed) printer.note('Holds from the next work on, in every window; what is under way goes on as it began.')
  })
}

/** NaN, which is no number of cores, for what is no number. */
function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text)
}

function printSettings(printer: Printer, { threads, extraction, training }: StudioSettings): void {
  const named = { threads: env.GRAFT_THREADS, extraction: env.GRAFT_ENGINE }
  printer.event({ threads, engine: extraction, trainingEngine: training })
  const rows = [
    ['--threads', threads === null ? 'all' : `${threads}`, 'processor cores that extract features'],
    ['--engine', extraction, extraction === 'auto' ? 'the fastest one that passes its self-test' : 'what extracts features'],
    ['--training-engine', training, training === 'auto' ? 'the fastest one that passes its self-test' : 'what trains networks'],
  ]
  printer.line(tableText(['setting', 'value', ''], rows))
  if (named.threads !== undefined) printer.note(`GRAFT_THREADS=${named.threads} goes before --threads here.`)
  if (named.extraction !== undefined) printer.note(`GRAFT_ENGINE=${named.extraction} goes before --engine here.`)
}

export interface AboutOptions extends GlobalOptions {
  readonly licences?: boolean
}

/** What this studio is and where its things are; with `--licences` every component. */
export function about(options: AboutOptions): Promise<number> {
  return withStudio(options, async ({ client, printer }) => {
    const components = await client.studio.components()
    if (options.licences === true) {
      for (const component of components) printer.event({ ...component })
      const rows = components.map(({ name, version, licence, kind }) => [name, version, licence, kind === 'package' ? '' : kind])
      return printer.line(tableText(['component', 'version', 'licence', ''], rows))
    }
    const { version, dataFolder, projectsFolder, machine, threads } = await client.studio.info()
    printer.event({ version, dataFolder, projectsFolder, machine, threads, components: components.length })
    printer.line(`Graft ${version}. Everything stays on this machine: no account, no telemetry.`)
    printer.line(`  own files     ${dataFolder}`)
    printer.line(`  new projects  ${projectsFolder}`)
    printer.line(`  machine       ${machine.processor}, ${countOf(machine.cores, 'core')}, ${bytesText(machine.memoryBytes)} of memory`)
    printer.line(`  cores to use  ${threads}`)
    printer.line(`  made of       ${countOf(components.length, 'component')}; graft about --licences names them`)
  })
}
