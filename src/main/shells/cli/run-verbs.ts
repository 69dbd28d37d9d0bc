import { extractors, trainingEngines } from './engine-names.ts'
import { Option, type Command } from 'commander'
import { jsonFlag } from './data-verbs.ts'
import type { Finish } from './program.ts'
import type { GlobalOptions } from './session.ts'
import type { ExportOptions } from './verbs/export.ts'
import type { EvaluateOptions } from './verbs/runs.ts'
import type { PreviewOptions } from './verbs/augment-preview.ts'
import type { AnswerOptions } from './verbs/answer-run.ts'
import type { NoteOptions } from './verbs/note-run.ts'
import type { SweepOptions } from './verbs/sweep.ts'
import type { TrainOptions } from './verbs/train.ts'

function engineOption(): Option {
  return new Option('--engine <engine>', 'what extracts features (default: as graft settings says)').choices(extractors)
}

/** Of a training: what extracts features, and what trains more than a head. */
function trainingEngineOption(): Option {
  const names = [...new Set([...extractors, ...trainingEngines])]
  return new Option(
    '--engine <engine>',
    'what does the arithmetic; onnxruntime only looks at photos, tfjs-node-gpu only trains networks (default: as graft settings says)',
  ).choices(names)
}

/** Verbs for training, measuring and what comes after. */
export function addRunVerbs(program: Command, finish: Finish): void {
  addTrain(program, finish)
  addPreview(program, finish)
  addSweep(program, finish)
  addFindRate(program, finish)
  addRuns(program, finish)
  addMeasures(program, finish)
  addExport(program, finish)
}

function addTrain(program: Command, finish: Finish): void {
  const train = program
    .command('train <project>')
    .description('train a head on a pretrained network; Ctrl+C stops and keeps the best epoch')
    .option(
      '--backbone <id>',
      'the network to start from (default: efficientnet-lite0, mobilenet-v2-035 where that one could not be fetched; graft backbones list)',
    )
    .option('--from <folder...>', 'import these folders first, a sub-folder a class; makes the project where there is none')
    .option(
      '--recipe <name>',
      'quick: only a new head learns, in seconds; thorough: then the last blocks with it; scratch: a small network from nothing, to compare with; other flags change single settings (default: quick)',
    )
    .option(
      '--mode <mode>',
      'head: only a new head learns; fine-tune: the last blocks of the network too; scratch: a small network that starts from nothing (default: head)',
    )
  addSettings(train)
    .option('--seed <n>', 'of everything random (default: 1)')
    .option('--split-seed <n>', 'of the split into parts (default: the seed)')
    .option('--split <a/b/c>', 'train, validation and test parts in percent (default: 70/15/15)')
    .addOption(trainingEngineOption())
    .option(...jsonFlag)
    .action(async (project: string, options: TrainOptions) => finish((await import('./verbs/train.ts')).train(project, options)))
}

function addSweep(program: Command, finish: Finish): void {
  const sweep = program
    .command('sweep')
    .description('several trainings in one go: networks, ways to train, seeds; tested on the same photos')
  const run = sweep
    .command('run <project>')
    .description('train every combination on this machine, the most promising first')
    .option('--backbone <ids>', 'networks to start from, A,B (default: the one that graft train takes)')
    .option(
      '--mode <modes>',
      'ways to train, head,fine-tune,scratch, each with the settings of its recipe (quick, thorough, scratch) where no flag says otherwise (default: head)',
    )
    .option('--seeds <seeds>', 'each training once with each seed, 1..5 or 1,2,7: what differs then is chance (default: 1)')
    .option('--plan', 'only say what would be trained, in which order, and how long it takes')
  addSettings(run)
    .option('--split-seed <n>', 'of the split into parts, the same for all (default: 1)')
    .option('--split <a/b/c>', 'train, validation and test parts in percent (default: 70/15/15)')
    .addOption(trainingEngineOption())
    .option(...jsonFlag)
    .action(async (project: string, options: SweepOptions) => finish((await import('./verbs/sweep.ts')).runSweep(project, options)))
  sweep
    .command('resume <project>')
    .description('go on with every paused run: what Ctrl+C, a crash or a closed window has left')
    .option(...jsonFlag)
    .action(async (project: string, options: GlobalOptions) => finish((await import('./verbs/sweep.ts')).resumeSweep(project, options)))
}

/** Settings of a training that a sweep has once for all of its trainings. */
function addSettings(command: Command): Command {
  return command
    .option('--blocks <n>', 'fine-tune: how many blocks at the end learn; as many as there are: all of it (default: 4)')
    .option('--head-epochs <n>', 'fine-tune: passes in which the head learns alone at first, 0 to 1000 (default: 30)')
    .option('--body-rate <x>', "fine-tune: step size of the blocks as a share of the head's, 0.0001 to 1 (default: 0.1)")
    .option(
      '--block-rates <how>',
      "fine-tune: even: all blocks have that step size; graded: only the first, the later ones larger ones, up to the head's (default: even)",
    )
    .option(
      '--deeper-blocks <n>',
      'fine-tune: then so many blocks learn, more than --blocks, from the best weights on; 0: none (default: 0)',
    )
    .option('--deeper-epochs <n>', 'passes of that second phase, 1 to 1000 (default: 10)')
    .option('--deeper-rate <x>', "its step sizes as a share of the first phase's, 0.0001 to 1 (default: 0.3)")
    .option('--batch-norm <how>', 'fine-tune: frozen or trained, whether batch normalisation learns too (default: frozen)')
    .option('--scratch-px <n>', 'scratch: side of the picture that the network looks at, 64 or 96 (default: 64)')
    .option(
      '--precision <numbers>',
      'head: float32 or int8, in which numbers the network looks at photos; int8 is faster where the processor has the instructions (default: float32)',
    )
    .option('--epochs <n>', 'passes over the training photos, 1 to 1000 (default: 30)')
    .option('--batch-size <n>', 'photos a step, 1 to 1024 (default: 16)')
    .option('--learning-rate <x>', 'size of the steps, 0.000001 to 10 (default: 0.001)')
    .option(
      '--schedule <course>',
      'constant; cosine: the learning rate falls to nothing; one-cycle: up for a quarter of the way, then down (default: constant)',
    )
    .option('--optimiser <name>', 'adam, adamw (with weight decay) or sgd (default: adam)')
    .option('--weight-decay <x>', 'adamw, sgd: what weights lose with each step, times the learning rate, 0 to 1 (default: 0)')
    .option('--label-smoothing <x>', 'how much less than certainty is aimed at, 0 to 0.5 (default: 0)')
    .option(
      '--class-weights <how>',
      'none; balanced: photos of rare classes count for more; sampled: they are drawn more often (default: none)',
    )
    .option('--dropout <x>', 'share of the features that is left out at random before the head, 0 to 0.9 (default: 0)')
    .option(
      '--augment <changes>',
      'photos are seen changed while it learns: usual, either-way-up, off, or e.g. flip=on,rotate=15,zoom-in=0.2,erase=0.25,mixup=0.2 (default: off; scratch: mirrored, moved, brighter or darker)',
    )
    .option('--patience <n>', 'stop after so many epochs without improvement; 0: never (default: 8)')
}

function addPreview(program: Command, finish: Finish): void {
  program
    .command('augment-preview <project>')
    .description('write some photos as a training with --augment would see them')
    .requiredOption('--out <folder>', 'where to write a PNG for each; nothing is overwritten')
    .option('--augment <changes>', 'as of graft train', 'usual')
    .option('--photos <n>', 'how many, 1 to 24', '8')
    .option('--draw <n>', 'another number, other changes of the same kind', '1')
    .option(...jsonFlag)
    .action(async (project: string, options: PreviewOptions) =>
      finish((await import('./verbs/augment-preview.ts')).previewAugmentation(project, options)),
    )
}

function addFindRate(program: Command, finish: Finish): void {
  program
    .command('find-rate <project>')
    .description(
      'which learning rate a training goes well with, by some dozens of its steps with growing rates; trains and changes nothing',
    )
    .option('--backbone <id>', 'the network to start from (default: as graft train has it)')
    .option('--recipe <name>', 'quick, thorough or scratch (default: quick)')
    .option('--mode <mode>', 'head, fine-tune or scratch (default: head)')
    .option('--blocks <n>', 'fine-tune: how many blocks at the end learn (default: 4)')
    .option('--head-epochs <n>', 'fine-tune: passes in which the head learns alone at first (default: 30)')
    .option('--body-rate <x>', "fine-tune: step size of the blocks as a share of the head's (default: 0.1)")
    .option('--batch-size <n>', 'photos a step (default: 16)')
    .option('--optimiser <name>', 'adam, adamw or sgd (default: adam)')
    .option('--weight-decay <x>', 'adamw, sgd: what weights lose with each step (default: 0)')
    .option('--seed <n>', 'of everything random (default: 1)')
    .option('--split <a/b/c>', 'train, validation and test parts in percent (default: 70/15/15)')
    .addOption(trainingEngineOption())
    .option(...jsonFlag)
    .action(async (project: string, options: TrainOptions) => finish((await import('./verbs/find-rate.ts')).findRate(project, options)))
}

function addRuns(program: Command, finish: Finish): void {
  const runs = program.command('runs').description('list the trainings of a project; show, name and annotate, delete')
  runs
    .command('list <project>', { isDefault: true })
    .description('all runs, newest first')
    .option(...jsonFlag)
    .action(async (project: string, options: GlobalOptions) => finish((await import('./verbs/runs.ts')).listRuns(project, options)))
  runs
    .command('show <project> <run>')
    .description('every setting and every epoch of one run')
    .option(...jsonFlag)
    .action(async (project: string, run: string, options: GlobalOptions) =>
      finish((await import('./verbs/runs.ts')).showRun(project, run, options)),
    )
  runs
    .command('note <project> <run>')
    .description('give a run a name, notes, tags, or a pin; what is not named stays')
    .option('--name <text>', 'a name beside its number; "" takes it away')
    .option('--notes <text>', 'notes, in place of those before')
    .option('--tag <tags...>', 'add tags')
    .option('--untag <tags...>', 'take tags away')
    .option('--pin', 'pinned runs come first in a table')
    .option('--unpin', 'take the pin away')
    .option(...jsonFlag)
    .action(async (project: string, run: string, options: NoteOptions, command: Command) => {
      if (!hasNote(options)) command.error('error: say what to write: --name, --notes, --tag, --untag, --pin or --unpin', { exitCode: 2 })
      await finish((await import('./verbs/note-run.ts')).noteRun(project, run, options))
    })
  runs
    .command('answer <project> <run>')
    .description('from when on a run answers, and which percentages it tells; without an option, what holds')
    .option('--from <percent>', 'answer only when it is at least so sure, else say none of these; 0: always')
    .option(
      '--foreign <of-100>',
      'refuse photos unlike any learned from; so many of 100 photos of the classes may go with them (5 is usual); off',
    )
    .addOption(
      new Option('--percentages <which>', 'right: as the validation photos ask for (temperature scaling), trained: as trained').choices([
        'right',
        'trained',
      ]),
    )
    .option(...jsonFlag)
    .action(async (project: string, run: string, options: AnswerOptions) =>
      finish((await import('./verbs/answer-run.ts')).answerRun(project, run, options)),
    )
  runs
    .command('delete <project> <runs...>')
    .description('delete runs for good')
    .option(...jsonFlag)
    .action(async (project: string, references: string[], options: GlobalOptions) =>
      finish((await import('./verbs/runs.ts')).deleteRuns(project, references, options)),
    )
}

function hasNote({ name, notes, tag, untag, pin, unpin }: NoteOptions): boolean {
  return [name, notes, tag, untag, pin, unpin].some((each) => each !== undefined)
}

function addMeasures(program: Command, finish: Finish): void {
  program
    .command('evaluate <project> <run>')
    .description('how good a run is on the test photos: per class, confusions, mistakes, how sure it is')
    .option('--cell <label:predicted>', 'the photos of one class that were taken for another')
    .option(
      '--at-least <percent>',
      'what comes of answering only from so sure on, 0 to 99 (default: as the run answers, else as suggested, else 0)',
    )
    .option(...jsonFlag)
    .action(async (project: string, run: string, options: EvaluateOptions) =>
      finish((await import('./verbs/runs.ts')).evaluate(project, run, options)),
    )
  program
    .command('coach <project> <run>')
    .description('what is wrong with a training, if anything, and what would help')
    .option(...jsonFlag)
    .action(async (project: string, run: string, options: GlobalOptions) =>
      finish((await import('./verbs/coach.ts')).coachRun(project, run, options)),
    )
  program
    .command('compare <project> <first> <second>')
    .description('what differs between two runs, and whether the second is better')
    .option(...jsonFlag)
    .action(async (project: string, first: string, second: string, options: GlobalOptions) =>
      finish((await import('./verbs/runs.ts')).compare(project, first, second, options)),
    )
  program
    .command('predict <project> <run> <files...>')
    .description('what a run says about photos anywhere on this machine')
    .addOption(engineOption())
    .option(...jsonFlag)
    .action(async (project: string, run: string, files: string[], options: GlobalOptions) =>
      finish((await import('./verbs/predict.ts')).predict(project, run, files, options)),
    )
}

function addExport(program: Command, finish: Finish): void {
  program
    .command('export <project> <run>')
    .description('write files that other programs run, and prove that they answer the same')
    .option('--format <format>', 'tfjs: for web pages and Node (default: tfjs)')
    .requiredOption('--out <folder>', 'where to write; nothing is overwritten')
    .option(...jsonFlag)
    .action(async (project: string, run: string, options: ExportOptions) =>
      finish((await import('./verbs/export.ts')).exportRun(project, run, options)),
    )
  program
    .command('exports <project>')
    .description('the exports of a project, with their proofs')
    .option(...jsonFlag)
    .action(async (project: string, options: GlobalOptions) => finish((await import('./verbs/export.ts')).listExports(project, options)))
}
