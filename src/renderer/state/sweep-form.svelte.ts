import { SvelteSet } from 'svelte/reactivity'
import type { WireError } from '../../main/contract/errors.ts'
import type { AskedRecipe } from '../../main/contract/runs.ts'
import { sweepRecipes, type PlannedTraining, type SweepPlan } from '../../main/contract/sweeps.ts'
import { sweepWords } from '../text/sweeps.ts'
import { Remote } from './remote.svelte.ts'
import type { Studio } from './studio.svelte.ts'

/** A training of the plan, with its recipe. */
export interface SweepRow extends PlannedTraining {
  readonly recipe: AskedRecipe
}

/** Several trainings, as they are chosen: networks, ways to train, how often each; and in which order the studio would train them. */
export class SweepForm {
  readonly backbones: SvelteSet<string>
  readonly modes: SvelteSet<AskedRecipe['mode']>
  #repeats = $state(1)
  /** Trainings that were taken out, by their recipe. */
  readonly #leftOut = new SvelteSet<string>()
  readonly #studio: Studio
  readonly #base: AskedRecipe
  #measure = false
  readonly #plan

  constructor(studio: Studio, base: AskedRecipe) {
    this.#studio = studio
    this.#base = base
    const ready = (studio.backbones.value ?? []).filter(({ state }) => state === 'ready').map(({ id }) => id)
    this.backbones = new SvelteSet(ready)
    this.modes = new SvelteSet([base.mode])
    this.#plan = new Remote(async () => {
      const recipes = this.#recipes
      return {
        recipes,
        plan: recipes.length === 0 ? null : await studio.client.sweeps.plan({ recipes: [...recipes], measure: this.#measure }),
      }
    })
  }

  get repeats(): number {
    return this.#repeats
  }

  /** Takes whole numbers within the range alone. */
  set repeats(count: number) {
    if (Number.isInteger(count) && count >= sweepWords.repeatsFewest && count <= sweepWords.repeatsMost) this.#repeats = count
  }

  readonly #recipes = $derived.by((): readonly AskedRecipe[] => {
    const seeds = Array.from({ length: this.#repeats }, (_, place) => this.#base.seed + place)
    return sweepRecipes(this.#base, { backbones: [...this.backbones], modes: [...this.modes], seeds })
  })

  /** All that was planned last, in the order of the plan; null before the first one. It stays while another one is asked for, so that nothing jumps. */
  readonly #rows = $derived.by((): readonly SweepRow[] | null => {
    const { value } = this.#plan
    if (value === null) return null
    return (value.plan?.trainings ?? []).flatMap((each) => {
      const recipe = value.recipes[each.index]
      return recipe === undefined ? [] : [{ ...each, recipe }]
    })
  })

  /** Whether the plan is of what is chosen now. */
  readonly isCurrent = $derived.by(() => this.#plan.value?.recipes === this.#recipes)

  /** Those that would be trained. */
  readonly rows = $derived(this.#rows?.filter(({ recipe }) => !this.#leftOut.has(JSON.stringify(recipe))) ?? null)

  /** Count and time of those that would be trained. */
  readonly total = $derived.by((): SweepPlan | null => {
    if (this.rows === null) return null
    const startable = this.rows.filter(({ problem }) => problem === null)
    const seconds = startable.reduce((sum, each) => sum + (each.seconds ?? 0), 0)
    return { trainings: [...this.rows], seconds, unknown: startable.filter((each) => each.seconds === null).length }
  })

  readonly problem = $derived.by((): WireError | null => this.rows?.find(({ problem }) => problem !== null)?.problem ?? this.#plan.error)
  readonly hasLeftOut = $derived((this.#rows?.length ?? 0) > (this.rows?.length ?? 0))
  readonly isEmpty = $derived(this.#recipes.length === 0)
  /** Times are being measured. */
  isMeasuring = $state(false)

  /** Asks for the order of what is chosen, and then measures what no time is known of. */
  async ask(): Promise<void> {
    const asked = this.#recipes
    this.#measure = false
    this.isMeasuring = false
    await this.#plan.reload()
    if (asked !== this.#recipes || (this.total?.unknown ?? 0) === 0) return
    this.#measure = true
    this.isMeasuring = true
    await this.#plan.reload()
    if (asked === this.#recipes) this.isMeasuring = false
  }

  leaveOut(recipe: AskedRecipe): void {
    this.#leftOut.add(JSON.stringify(recipe))
  }

  putBack(): void {
    this.#leftOut.clear()
  }

  /** Starts what is left, in the order that is shown, and goes where it can be watched. */
  async start(): Promise<void> {
    const recipes = (this.rows ?? []).map(({ recipe }) => recipe)
    const started = await this.#studio.client.sweeps.start({ recipes })
    for (const { jobId } of started) this.#studio.jobs.watch(jobId)
    await this.#studio.runs.reload()
    this.#studio.navigation.go('train')
  }
}
