import { Argument, Option, type Command } from 'commander'
import { jsonFlag } from './data-verbs.ts'
import type { Finish } from './program.ts'
import type { GlobalOptions } from './session.ts'
import { extractors, trainingEngines } from './engine-names.ts'
import type { ServeOptions } from '../http/serve.ts'
import type { AddOptions } from './verbs/backbones.ts'
import type { InstallOptions } from './verbs/engines.ts'
import type { AboutOptions, SettingsOptions } from './verbs/settings.ts'

/** Verbs for the studio itself: networks, engines, the window in a browser, the sample. */
export function addStudioVerbs(program: Command, finish: Finish): void {
  addBackbones(program, finish)
  addEngines(program, finish)
  addServe(program, finish)
  addSettings(program, finish)
  program
    .command('sample <folder>')
    .description('make a folder of sample pictures, one folder a class')
    .option(...jsonFlag)
    .action(async (folder: string, options: GlobalOptions) => finish((await import('./verbs/sample.ts')).sample(folder, options)))
  program
    .command('demo [folder]')
    .description('the whole journey on the sample, in under a minute')
    .option(...jsonFlag)
    .action(async (folder: string | undefined, options: GlobalOptions) => finish((await import('./verbs/demo.ts')).demo(folder, options)))
  program
    .command('bench [args...]')
    .description('measure speed on this machine (from a checkout)')
    .allowUnknownOption()
    .action(async (args: string[]) => finish((await import('./verbs/bench.ts')).bench(args)))
}

function addBackbones(program: Command, finish: Finish): void {
  const backbones = program.command('backbones').description('networks to start from: list, fetch, measure, add your own, remove')
  addOwnBackbones(backbones, finish)
  backbones
    .command('list', { isDefault: true })
    .description('all that Graft knows, and which are here')
    .option(...jsonFlag)
    .action(async (options: GlobalOptions) => finish((await import('./verbs/backbones.ts')).listBackbones(options)))
  backbones
    .command('fetch [ids...]')
    .description('bring networks from the internet once; without an id those that come with Graft and are missing')
    .option(...jsonFlag)
    .action(async (ids: string[], options: GlobalOptions) => finish((await import('./verbs/backbones.ts')).fetchBackbones(ids, options)))
  backbones
    .command('measure [ids...]')
    .description('find out how photos go through networks fastest on this machine, some seconds each; without an id all that are here')
    .option(...jsonFlag)
    .action(async (ids: string[], options: GlobalOptions) => finish((await import('./verbs/backbones.ts')).measureBackbones(ids, options)))
}

function addOwnBackbones(backbones: Command, finish: Finish): void {
  backbones
    .command('add')
    .description('make the network that a run has trained a starting network for all projects of this computer')
    .requiredOption('--run <project run...>', 'a project, and the id or number of one of its runs, or latest')
    .option('--name <name>', 'what to call it (default: the project and the number of the run)')
    .option(...jsonFlag)
    .action(async (options: AddOptions) => finish((await import('./verbs/backbones.ts')).addBackbone(options)))
  backbones
    .command('remove <id>')
    .description('take a network of your own off this computer; projects that have trained from it keep theirs')
    .option(...jsonFlag)
    .action(async (id: string, options: GlobalOptions) => finish((await import('./verbs/backbones.ts')).removeBackbone(id, options)))
}

function addEngines(program: Command, finish: Finish): void {
  const engines = program.command('engines').description('what does the arithmetic on this machine: list, test, install, remove')
  engines
    .command('list', { isDefault: true })
    .description('the engines, and which ones are used')
    .option(...jsonFlag)
    .action(async (options: GlobalOptions) => finish((await import('./verbs/engines.ts')).listEngines(options)))
  engines
    .command('test')
    .description('compute known numbers with each engine; exit code 1 when one that is there computes wrong ones')
    .option(...jsonFlag)
    .action(async (options: GlobalOptions) => finish((await import('./verbs/engines.ts')).testEngines(options)))
  engines
    .command('install')
    .addArgument(
      new Argument('<engine>', 'native: tfjs-node-gpu on TensorFlow itself, several times as fast at training networks').choices([
        'native',
      ]),
    )
    .description('fetch, build and test an engine (once, from the internet)')
    .option('--gpu', 'the build for NVIDIA cards, with their libraries')
    .option(...jsonFlag)
    .action(async (_engine: string, options: InstallOptions) => finish((await import('./verbs/engines.ts')).installEngine(options)))
  engines
    .command('remove')
    .addArgument(new Argument('<engine>', 'native').choices(['native']))
    .description('take an installed engine away')
    .option(...jsonFlag)
    .action(async (_engine: string, options: GlobalOptions) => finish((await import('./verbs/engines.ts')).removeEngine(options)))
}

function addSettings(program: Command, finish: Finish): void {
  program
    .command('settings')
    .description('what was chosen for this machine; with an option: choose')
    .option('--threads <n>', 'processor cores that extract features, 1 to 256, or all')
    .addOption(new Option('--engine <engine>', 'what extracts features').choices(extractors))
    .addOption(new Option('--training-engine <engine>', 'what trains whole networks').choices(trainingEngines))
    .option(...jsonFlag)
    .action(async (options: SettingsOptions) => finish((await import('./verbs/settings.ts')).settings(options)))
  program
    .command('about')
    .description('version, folders, machine, and what Graft is made of')
    .option('--licences', 'every component with its version and licence')
    .option(...jsonFlag)
    .action(async (options: AboutOptions) => finish((await import('./verbs/settings.ts')).about(options)))
}

function addServe(program: Command, finish: Finish): void {
  program
    .command('serve [project]')
    .description('open the studio in a browser, served to this machine only')
    .option('--port <n>', 'the port to listen on (default: a free one)')
    .option('--no-open', 'only print the address')
    .action(async (project: string | undefined, options: ServeOptions) =>
      finish((await import('../http/serve.ts')).serve(project, options)),
    )
}
