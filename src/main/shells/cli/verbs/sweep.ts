import { StudioError, toWireError } from '../../../contract/errors.ts'
import { recipeOfMode } from '../../../contract/named-recipes.ts'
import type { AskedRecipe, RunSummary } from '../../../contract/runs.ts'
import { mostTogether, sweepRecipes, type SweepPlan } from '../../../contract/sweeps.ts'
import { describeError } from '../../../../renderer/text/errors.ts'
import { countOf, frequencies } from '../../../../renderer/text/numbers.ts'
import { recipeText } from '../../../../renderer/text/recipes.ts'
import { sweepWords } from '../../../../renderer/text/sweeps.ts'
import { projectPath } from '../../caller-paths.ts'
import { followJob } from '../follow-job.ts'
import { runEvent } from '../run-words.ts'
import { withProject, withStudio, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'
import { engineOf, recipeOf, requireFlagsOfMode, type TrainOptions } from './train.ts'

/** As `graft train` takes them, with several values where a sweep has several. */
export interface SweepOptions extends Omit<TrainOptions, 'seed' | 'from'> {
  /** `1..5`, or `1,2,7`. */
  readonly seeds?: string
  /** Only says what would be trained. */
  readonly plan?: boolean
}

export function runSweep(project: string, options: SweepOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const { client } = session
    // Before the project is opened: a flag that cannot be meant is told first.
    const recipes = recipesOf(options, await defaultBackbone(session))
    const engine = engineOf(options)
    await client.project.open({ path: projectPath(project) })
    const plan = await client.sweeps.plan({ recipes: [...recipes], ...(engine === undefined ? {} : { engine }) })
    printPlan(session, plan, recipes)
    const problem = plan.trainings.find((each) => each.problem !== null)?.problem
    if (problem != null) throw new StudioError(problem.code, problem.details as never)
    if (options.plan === true) return
    const ordered = plan.trainings.flatMap(({ index }) => recipes[index] ?? [])
    return follow(session, project, await client.sweeps.start({ recipes: ordered, ...(engine === undefined ? {} : { engine }) }))
  })
}

/** Goes on with every paused run of the project: what a sweep that was interrupted has left, and others. */
export function resumeSweep(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const started = await session.client.sweeps.resume({})
    if (started.length === 0) return session.printer.line('No run is paused.')
    session.printer.line(`${countOf(started.length, 'training')} to go on with.`)
    return follow(session, project, started)
  })
}

/** Shows trainings as they end. The first Ctrl+C pauses all that is left. Answers the exit code. */
async function follow(
  session: Session,
  project: string,
  started: readonly { readonly runId: string; readonly jobId: string }[],
): Promise<number> {
  const { client, printer } = session
  const runs: RunSummary[] = []
  for (const [index, { runId, jobId }] of started.entries()) {
    const kept = 'Pausing after this epoch; what is left can be gone on with.'
    await followJob(session, jobId, { kind: 'train', onInterrupt: () => client.sweeps.pause({}), kept }).catch((error: unknown) => {
      if (!(error instanceof StudioError)) throw error
      // Its row says what became of it: the others go on, as they do in the window.
      if (error.code !== 'CANCELLED') printer.note(describeError(toWireError(error)).title)
    })
    const { run } = await client.runs.get({ run: runId })
    if (run.state === 'paused') return tellPaused(session, project)
    runs.push(run)
    printer.event(runEvent(run))
    printer.line(`${index + 1} of ${started.length}  ${runLine(run)}`)
  }
  await printRepeats(session, runs)
  return runs.some(({ test }) => test === null) ? 1 : 0
}

async function tellPaused({ client, printer }: Session, project: string): Promise<number> {
  const paused = (await client.runs.list()).filter(({ state }) => state === 'paused').toReversed()
  printer.event({ event: 'paused', runs: paused.map(({ id }) => id) })
  printer.line(`${countOf(paused.length, 'training')} left, paused: ${paused.map(({ number }) => `#${number}`).join(', ')}.`)
  printer.note(`Go on: graft sweep resume ${project}`)
  return 1
}

function runLine(run: RunSummary): string {
  const result = run.test === null ? run.state : `of 100, ${frequencies(run.test, 'test').sentence}`
  return `#${run.number} ${recipeText(run.recipe, run.recipe.backbone)}, seed ${run.recipe.seed}: ${result}`
}

/** What the runs of this sweep, with those before them, say of chance. */
async function printRepeats({ client, printer }: Session, own: readonly RunSummary[]): Promise<void> {
  const ids = new Set(own.map(({ id }) => id))
  const repeats = (await client.sweeps.repeats()).filter(({ runs }) => runs.some((id) => ids.has(id)))
  if (repeats.length === 0) return
  const all = new Map((await client.runs.list()).map((run) => [run.id, run]))
  printer.line()
  for (const each of repeats) {
    const run = all.get(each.runs[0] ?? '')
    if (run === undefined) continue
    const { backbone, mode } = run.recipe
    printer.event({ event: 'repeats', backbone, mode, ...each })
    printer.line(`${recipeText(run.recipe, backbone)}: ${sweepWords.repeatsSaid(each)}`)
    printer.line(`  ${sweepWords.repeatsExact(each)}`)
  }
}

function printPlan({ printer }: Session, plan: SweepPlan, recipes: readonly AskedRecipe[]): void {
  const rows = plan.trainings.flatMap(({ index, problem, expected, seconds }, place) => {
    const recipe = recipes[index]
    if (recipe === undefined) return []
    const { backbone = '', mode, seed } = recipe
    printer.event({ event: 'planned', place: place + 1, backbone, mode, seed, expected, seconds, problem })
    const time = problem === null ? sweepWords.takes(seconds) : 'cannot start'
    return [[`${place + 1}`, recipeText(recipe, backbone), `${seed}`, sweepWords.expected(expected), time]]
  })
  printer.line(tableText(['', 'training', 'seed', 'expected', 'time'], rows, ['right', 'left', 'right']))
  printer.line(`${sweepWords.total(plan)}.\n`)
}

async function defaultBackbone({ client }: Session): Promise<string> {
  const ready = (await client.backbones.list()).filter(({ state }) => state === 'ready')
  const [first] = [...ready.filter(({ isDefault }) => isDefault), ...ready]
  if (first === undefined)
    throw new StudioError('INVALID_INPUT', { reason: 'no starting network is on this computer: graft backbones fetch' })
  return first.id
}

/** Every combination that the flags describe. Throws `INVALID_INPUT`. */
export function recipesOf({ seeds, ...options }: SweepOptions, backbone: string): readonly AskedRecipe[] {
  const backbones = (listOf(options.backbone) ?? [backbone]).map((id) => recipeOf({ backbone: id }).backbone ?? id)
  const modes = (listOf(options.mode) ?? ['head']).map((mode) => recipeOf({ mode }).mode)
  requireFlagsOfMode(options, modes)
  const { backbone: _, mode: __, ...base } = options
  // Flags change single settings of each way's own recipe.
  const recipes = modes.flatMap((mode) =>
    sweepRecipes(recipeOf({ ...base, recipe: recipeOfMode[mode] }), { backbones, modes: [mode], seeds: seedsOf(seeds) }),
  )
  if (recipes.length > mostTogether) {
    throw new StudioError('INVALID_INPUT', { reason: `${recipes.length} trainings are more than the ${mostTogether} of one sweep` })
  }
  return recipes
}

function listOf(text: string | undefined): readonly string[] | undefined {
  const names = text?.split(',').map((name) => name.trim())
  if (names?.includes('') === true) throw new StudioError('INVALID_INPUT', { reason: `"${text ?? ''}" holds an empty name: write A,B` })
  return names === undefined ? undefined : [...new Set(names)]
}

function seedsOf(text = '1'): readonly number[] {
  const [, from, to] = /^(\d{1,9})\.\.(\d{1,9})$/.exec(text.trim()) ?? []
  if (from !== undefined && to !== undefined && Number(from) <= Number(to) && Number(to) - Number(from) < mostTogether) {
    return Array.from({ length: Number(to) - Number(from) + 1 }, (_, place) => Number(from) + place)
  }
  const seeds = text.split(',').map((seed) => (/^\s*\d{1,9}\s*$/.test(seed) ? Number(seed) : NaN))
  if (seeds.some(Number.isNaN)) {
    throw new StudioError('INVALID_INPUT', { reason: `--seeds must be a range such as 1..5 or a list such as 1,2,7, not ${text}` })
  }
  return [...new Set(seeds)]
}
