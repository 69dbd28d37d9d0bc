import { StudioError } from '../../../contract/errors.ts'
import type { TrainingEngineWanted } from '../../../contract/engines.ts'
import type { AskedRecipe, RunSummary } from '../../../contract/runs.ts'
import { mostTogether, sweepRecipes, type SweepPlan } from '../../../contract/sweeps.ts'
import { frequencies } from '../../../../renderer/text/numbers.ts'
import { recipeText } from '../../../../renderer/text/recipes.ts'
import { sweepWords } from '../../../../renderer/text/sweeps.ts'
import { projectPath } from '../../caller-paths.ts'
import { followJob } from '../follow-job.ts'
import { runEvent } from '../run-words.ts'
import { withStudio, type Session } from '../session.ts'
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
    await trainAll(session, ordered, engine)
  })
}

async function trainAll(session: Session, recipes: readonly AskedRecipe[], engine?: TrainingEngineWanted): Promise<void> {
  const { client, printer } = session
  const started = await client.sweeps.start({ recipes: [...recipes], ...(engine === undefined ? {} : { engine }) })
  const runs: RunSummary[] = []
  for (const [index, { jobId }] of started.entries()) {
    const { result } = await followJob(session, jobId, {
      kind: 'train',
      onInterrupt: 'stop',
      kept: 'Stopping after this epoch; its best one so far is kept, and what waits is not trained.',
      onEvent: () => undefined,
    })
    runs.push(result.run)
    printer.event(runEvent(result.run))
    printer.line(`${index + 1} of ${started.length}  ${runLine(result.run)}`)
    if (result.run.state === 'stopped') {
      for (const waiting of started.slice(index + 1)) await client.jobs.cancel({ jobId: waiting.jobId })
      break
    }
  }
  await printRepeats(session, runs)
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
  const recipes = sweepRecipes(recipeOf(base), { backbones, modes, seeds: seedsOf(seeds) })
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
