import { describeIssue } from '../../../contract/describe-issue.ts'
import { StudioError } from '../../../contract/errors.ts'
import type { Notice } from '../../../contract/jobs.ts'
import { TrainingEngineWanted } from '../../../contract/engines.ts'
import { namedRecipes, recipeNames, settingsOfMode } from '../../../contract/named-recipes.ts'
import { AskedRecipe, mostEpochs, usesInt8, type EpochReport } from '../../../contract/runs.ts'
import { recipeText } from '../../../../renderer/text/recipes.ts'
import { noticeText } from '../../../../renderer/text/notices.ts'
import type { Printer } from '../printer.ts'
import { forecastText, percentText } from '../../../../renderer/text/numbers.ts'
import { projectPath } from '../../caller-paths.ts'
import { augmentationOf } from '../augment-flag.ts'
import { tellMainFinding } from './coach.ts'
import { followJob } from '../follow-job.ts'
import { resultSentences, runEvent } from '../run-words.ts'
import { openOrCreate, withStudio, type GlobalOptions, type Session } from '../session.ts'

/** As commander hands them over: texts. */
export interface TrainOptions extends GlobalOptions {
  /** Folders of photos to import first, labelled by their sub-folders. */
  readonly from?: readonly string[]
  readonly backbone?: string
  /** A named recipe, of which the other flags change single settings. */
  readonly recipe?: string
  readonly mode?: string
  readonly blocks?: string
  readonly headEpochs?: string
  readonly bodyRate?: string
  readonly blockRates?: string
  readonly deeperBlocks?: string
  readonly deeperEpochs?: string
  readonly deeperRate?: string
  readonly batchNorm?: string
  readonly scratchPx?: string
  readonly precision?: string
  readonly epochs?: string
  readonly batchSize?: string
  readonly learningRate?: string
  readonly schedule?: string
  readonly optimiser?: string
  readonly weightDecay?: string
  readonly labelSmoothing?: string
  readonly classWeights?: string
  readonly dropout?: string
  /** `usual`, `either-way-up`, `off`, or `flip=on,rotate=15`. */
  readonly augment?: string
  readonly patience?: string
  readonly seed?: string
  readonly splitSeed?: string
  /** `70/15/15`: train, validation, test in percent. */
  readonly split?: string
}

export function train(project: string, options: TrainOptions): Promise<number> {
  return withStudio(options, async (session) => {
    // Before the project is opened: a flag that cannot be meant is told first.
    const recipe = recipeOf(options)
    requireFlagsOfMode(options)
    const engine = engineOf(options)
    if (options.from === undefined) await session.client.project.open({ path: projectPath(project) })
    else {
      await openOrCreate(session, project, options.from)
      const { takePhotos } = await import('./import.ts')
      const { cancelled } = await takePhotos(session, options.from, {
        labelFromFolders: true,
        precision: usesInt8(recipe) ? 'int8' : 'float32',
        ...(recipe.backbone === undefined ? {} : { backbone: recipe.backbone }),
      })
      if (cancelled) return 1
    }
    const { run } = await session.client.runs.get({ run: await trainRun(session, recipe, engine) })
    await tellMainFinding(session, project, run)
    session.printer.note(`Next: graft evaluate ${project} latest   or   graft predict ${project} latest PHOTO`)
    return 0
  })
}

/** Trains one run, shows its epochs and its result, and answers its id. */
export async function trainRun(session: Session, recipe: AskedRecipe, engine?: TrainingEngineWanted): Promise<string> {
  const { client, printer } = session
  const { problem } = await client.runs.plan({ recipe })
  if (problem !== null) throw new StudioError(problem.code, problem.details as never)
  // Nobody waits for a measurement here: told is what is known.
  const { seconds } = await client.runs.forecast({ recipe, measure: false, ...(engine === undefined ? {} : { engine }) })
  const { jobId } = await client.runs.start({ recipe, ...(engine === undefined ? {} : { engine }) })
  printer.line(
    `Training ${recipeText(recipe, recipe.backbone ?? 'the default network')}, seed ${recipe.seed}, up to ${mostEpochs(recipe)} epochs${seconds === null ? '' : `, ${forecastText(seconds)}`}`,
  )
  printer.line(epochHeading)
  const { result } = await followJob(session, jobId, {
    kind: 'train',
    onInterrupt: 'stop',
    kept: 'Stopping after this epoch. The best one so far is kept.',
    onEvent: (event) => {
      if (event.type === 'notice') return tellNotice(printer, event.notice)
      if (event.type !== 'epoch') return
      printer.event({ event: 'epoch', ...event.report })
      printer.line(epochLine(event.report))
    },
  })
  printer.event(runEvent(result.run))
  for (const sentence of resultSentences(result.run)) printer.line(sentence)
  return result.run.id
}

function tellNotice(printer: Printer, notice: Notice): void {
  printer.event({ event: 'notice', ...notice })
  printer.line(noticeText(notice))
}

const epochHeading = 'epoch  train loss  train right  validation loss  validation right'

function epochLine({ epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy }: EpochReport): string {
  return [
    String(epoch).padStart(5),
    trainLoss.toFixed(4).padStart(10),
    percentText(trainAccuracy).padStart(11),
    validationLoss.toFixed(4).padStart(15),
    percentText(validationAccuracy).padStart(16),
  ].join('  ')
}

/** One that only extracts features trains nothing: then the settings say what does. */
export function engineOf({ engine }: Pick<TrainOptions, 'engine'>): TrainingEngineWanted | undefined {
  return TrainingEngineWanted.safeParse(engine).data
}

/** Throws `INVALID_INPUT` where a flag says something about another way to train than those that are asked for: it would be ignored. */
export function requireFlagsOfMode(
  options: TrainOptions,
  modes: readonly string[] = [options.mode ?? recipeNamed(options.recipe).mode ?? 'head'],
): void {
  for (const [owner, flags] of Object.entries(settingsOfMode)) {
    const stray = modes.includes(owner) ? undefined : flags.find((flag) => options[flag] !== undefined)
    if (stray !== undefined) throw new StudioError('INVALID_INPUT', { reason: `${flagOf([stray])} goes with --mode ${owner} alone` })
  }
}

function recipeNamed(name: string | undefined): Partial<AskedRecipe> {
  if (name === undefined) return {}
  const known = recipeNames.find((each) => each === name)
  if (known === undefined) throw new StudioError('INVALID_INPUT', { reason: `--recipe must be ${recipeNames.join(', ')}, not ${name}` })
  return namedRecipes[known]
}

/** The recipe that flags describe; what is absent is as the named recipe has it, or takes its default. Throws `INVALID_INPUT` with the flag and its range. */
export function recipeOf(options: TrainOptions): AskedRecipe {
  const given = {
    backbone: options.backbone,
    mode: options.mode,
    blocks: numberOf(options.blocks),
    headEpochs: numberOf(options.headEpochs),
    bodyRate: numberOf(options.bodyRate),
    blockRates: options.blockRates,
    deeperBlocks: numberOf(options.deeperBlocks),
    deeperEpochs: numberOf(options.deeperEpochs),
    deeperRate: numberOf(options.deeperRate),
    batchNorm: options.batchNorm,
    scratchPx: numberOf(options.scratchPx),
    precision: options.precision,
    epochs: numberOf(options.epochs),
    batchSize: numberOf(options.batchSize),
    learningRate: numberOf(options.learningRate),
    schedule: options.schedule,
    optimiser: options.optimiser,
    weightDecay: numberOf(options.weightDecay),
    labelSmoothing: numberOf(options.labelSmoothing),
    classWeights: options.classWeights,
    dropout: numberOf(options.dropout),
    augmentation: options.augment === undefined ? undefined : augmentationOf(options.augment),
    patience: numberOf(options.patience),
    seed: numberOf(options.seed),
    splitSeed: numberOf(options.splitSeed),
    shares: sharesOf(options.split),
  }
  const flags = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  const recipe = AskedRecipe.safeParse({ ...recipeNamed(options.recipe), ...flags })
  if (recipe.success) return recipe.data
  // What cannot be parsed has at least one issue.
  throw new StudioError('INVALID_INPUT', { reason: describeIssue(recipe.error.issues[0]!, flagOf) })
}

/** `batchSize` -> `--batch-size`; of the three numbers of `--split` the one that is meant. */
function flagOf([setting, ...inside]: readonly PropertyKey[]): string {
  if (setting === 'shares') return inside.length === 0 ? '--split' : `the ${inside.join('.')} part of --split`
  return `--${String(setting).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** NaN, which no setting takes, for what is no number. */
function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return text.trim() === '' ? NaN : Number(text)
}

function sharesOf(text: string | undefined): AskedRecipe['shares'] | undefined {
  if (text === undefined) return undefined
  const [train, validation, test, ...more] = text.split('/').map(Number)
  if (train === undefined || validation === undefined || test === undefined || more.length > 0) {
    throw new StudioError('INVALID_INPUT', { reason: '--split must be three numbers, train/validation/test, for example 70/15/15' })
  }
  const sum = train + validation + test
  if (!(Math.abs(sum - 100) < 0.5)) {
    throw new StudioError('INVALID_INPUT', { reason: `--split must be three numbers in percent that add up to 100, not ${text}` })
  }
  return { train: train / sum, validation: validation / sum, test: test / sum }
}
