import { SvelteMap } from 'svelte/reactivity'
import { namedRecipes, recipeNameOf, recipeNames, type RecipeName } from '../../main/contract/named-recipes.ts'
import { AskedRecipe, Recipe, type RunSummary } from '../../main/contract/runs.ts'
import type { Backbone } from '../../main/contract/backbones.ts'
import { Remote } from './remote.svelte.ts'
import { startTraining } from './run-actions.ts'
import type { Studio } from './studio.svelte.ts'

/**
 * The settings of the next training in the open project, wherever it is started from, and what the studio says about them: how long it takes,
 * or why it cannot start.
 */
export class TrainingForm {
  recipe = $state.raw<AskedRecipe>(AskedRecipe.parse({}))
  readonly plan
  /** How long `recipe` would take; asked anew with every change. */
  readonly forecast
  /** How long the recipes with a name would take, as far as it is known: nothing is measured for those that nobody has chosen. */
  readonly forecasts
  readonly #studio: Studio
  /** Whether the person chose the starting network; until then it is the default one that is here. */
  #hasChosenBackbone = $state(false)
  /** Whether the person said that they want settings of their own, which may still be those of a name. */
  #isCustom = $state(false)

  constructor(studio: Studio) {
    this.#studio = studio
    this.plan = new Remote(() => this.#ask())
    this.forecast = new Remote(async () => {
      const recipe = this.settled
      return { recipe, ...(await this.#studio.client.runs.forecast({ recipe })) }
    })
    this.forecasts = new Remote(async () => {
      const known = new Map<RecipeName, number | null>()
      for (const name of recipeNames) {
        const recipe = { ...this.settled, ...namedRecipes[name] }
        known.set(name, (await this.#studio.client.runs.forecast({ recipe, measure: false })).seconds)
      }
      return known
    })
  }

  /** A worker that died under the question is started anew for the next one, so the question is put once more. */
  async #ask() {
    const plan = await this.#studio.client.runs.plan({ recipe: this.settled })
    return plan.problem?.code === 'WORKER_DIED' ? this.#studio.client.runs.plan({ recipe: this.settled }) : plan
  }

  /** The recipe with the starting network that is really used. */
  readonly settled = $derived.by((): AskedRecipe => {
    if (this.#hasChosenBackbone) return this.recipe
    const ready = this.#studio.backbones.value?.filter(({ state }) => state === 'ready') ?? []
    const backbone = ready.find(({ isDefault }) => isDefault) ?? ready[0]
    return backbone === undefined ? this.recipe : { ...this.recipe, backbone: backbone.id }
  })

  /** Undefined while it is being measured; null where it cannot be known now. */
  readonly forecastSeconds = $derived.by((): number | null | undefined => {
    const { current } = this.forecast
    if (current.state === 'failed') return null
    return current.state === 'ready' && current.value.recipe === this.settled ? current.value.seconds : undefined
  })

  /** What is chosen in the list of recipes. */
  readonly recipeName = $derived.by((): RecipeName | 'custom' => (this.#isCustom ? 'custom' : recipeNameOf(this.settled)))

  /** Takes over every setting of how a recipe of that name trains. `custom`: the settings stay, to be changed. */
  chooseRecipe(name: RecipeName | 'custom'): void {
    this.#isCustom = name === 'custom'
    if (name !== 'custom') this.change(namedRecipes[name])
  }

  #reload(): void {
    void this.plan.reload()
    void this.forecast.reload()
    void this.forecasts.reload()
  }

  get backbone(): Backbone | null {
    return this.#studio.backbones.value?.find(({ id }) => id === this.settled.backbone) ?? null
  }

  /** Keeps the plan up to date with the photos while the form is on the screen; answers the undo. */
  listen(): () => void {
    // What cannot be used was never taken, and its field shows the setting again.
    this.wrong.clear()
    this.#reload()
    return this.#studio.topics.on(['images', 'labels', 'classes', 'backbones', 'runs', 'project'], () => this.#reload())
  }

  /** What was typed and cannot be used, by the name of its setting; while there is one, nothing starts. */
  readonly wrong = new SvelteMap<keyof AskedRecipe, Partial<AskedRecipe>>()

  /** Changes settings. A value that cannot be used is not taken, and its setting is noted in `wrong`. */
  change(settings: Partial<AskedRecipe>): void {
    const parsed = AskedRecipe.safeParse({ ...this.recipe, ...settings })
    for (const name of AskedRecipe.keyof().options.filter((each) => each in settings)) {
      if (parsed.success) this.wrong.delete(name)
      else this.wrong.set(name, settings)
    }
    if (!parsed.success) return
    if (settings.backbone !== undefined) this.#hasChosenBackbone = true
    this.recipe = parsed.data
    this.#reload()
  }

  /** Settings were put in from elsewhere, and the button that starts them has not had the focus since. */
  isPrepared = $state(false)

  /** Puts the settings in place of those that are there, for a person to look at before it starts. */
  prepare(recipe: AskedRecipe): void {
    this.wrong.clear()
    this.change(recipe)
    this.isPrepared = true
  }

  /** Trains with these settings and goes where it can be watched; a run that trains now stays in sight, the new one waits its turn. */
  async start(): Promise<void> {
    await this.repeat(this.settled)
  }

  /** The same with the settings of an earlier run. */
  async repeat(recipe: AskedRecipe): Promise<void> {
    await startTraining(this.#studio, recipe)
    this.#studio.navigation.go('train')
  }

  /** The newest run with a result and just these settings: on the same photos another one would answer the same. */
  readonly same = $derived.by((): RunSummary | null => {
    const wanted = Recipe.safeParse(this.settled).data
    const settings = JSON.stringify(wanted)
    const isSame = ({ recipe, test }: RunSummary): boolean =>
      test !== null && recipe.seed === wanted?.seed && recipe.epochs === wanted.epochs && JSON.stringify(recipe) === settings
    return this.#studio.runs.value?.find(isSame) ?? null
  })

  /** The newest run with a result in which as much of the same network learned: what one can expect of it. */
  readonly lastTime = $derived.by((): RunSummary | null => {
    const { backbone, mode } = this.settled
    const isAlike = ({ recipe, test }: RunSummary): boolean => test !== null && recipe.backbone === backbone && recipe.mode === mode
    return this.#studio.runs.value?.find(isAlike) ?? null
  })
}
