import type { StudioClient } from '../../main/contract/contract.ts'
import type { Class } from '../../main/contract/labels.ts'
import { BoundAction, type StudioSettings } from '../../main/contract/project.ts'
import { keyCaps, keyGroups, type KeyGroup, type Shortcut } from '../text/keys.ts'
import type { Remote } from './remote.svelte.ts'
import { isMacKeyboard, signsOf, type ChosenKeys } from './shortcuts.ts'

/** The groups of the list whose keys can be chosen. */
export const boundGroups = ['label', 'bySuggestion', 'photos', 'photo', 'doubts', 'map'] as const satisfies readonly KeyGroup[]
type BoundGroup = (typeof boundGroups)[number]

export const isBoundGroup = (group: KeyGroup): group is BoundGroup => boundGroups.some((each) => each === group)
export const isBoundAction = (action: string): action is BoundAction => BoundAction.safeParse(action).success

/** The keys of an action where nobody chose another, with what it does; of the first group that has it. */
export function listedAction(action: BoundAction): Shortcut {
  for (const group of boundGroups) {
    const keys: Readonly<Record<string, Shortcut>> = keyGroups[group].keys
    const found = keys[action]
    if (found !== undefined) return found
  }
  throw new Error(`no page has ${action}`)
}

/** What the keys depend on. */
interface KeySources {
  readonly client: StudioClient
  readonly classes: Remote<Class[]>
  readonly settings: Remote<StudioSettings>
  step(work: () => Promise<unknown>): Promise<void>
}

/** The keys as a person has chosen them: those of the classes belong to the project, those of actions to this computer. */
export class Keys implements ChosenKeys {
  readonly #sources: KeySources

  constructor(sources: KeySources) {
    this.#sources = sources
  }

  get classes(): readonly Class[] {
    return this.#sources.classes.value ?? []
  }

  get chosen(): StudioSettings['keys'] {
    return this.#sources.settings.value?.keys ?? {}
  }

  isOfClass(sign: string): boolean {
    return this.classes.some(({ key }) => key === sign)
  }

  pressesOf(group: KeyGroup, action: string, press: readonly string[]): readonly string[] {
    const chosen = isBoundGroup(group) && isBoundAction(action) ? this.chosen[action] : undefined
    return chosen === undefined ? press : [chosen]
  }

  /** The class that a pressed key gives; null where it is that of none. */
  classOf(event: KeyboardEvent): Class | null {
    if (event.ctrlKey || event.metaKey || event.altKey) return null
    for (const sign of signsOf(event)) {
      const found = this.classes.find(({ key }) => key === sign.toLowerCase())
      if (found !== undefined) return found
    }
    return null
  }

  /** The key to show beside an action; null where a class of this project has it. */
  pressOf(action: BoundAction): string | null {
    const press = this.pressesOfAction(action)[0]
    return press === undefined || this.isOfClass(press.toLowerCase()) ? null : press
  }

  /** A title that ends with the key of what it is about: `Show all (M)`. */
  titled(title: string, action: BoundAction): string {
    const press = this.pressOf(action)
    return press === null ? title : `${title} (${keyCaps(press, isMacKeyboard()).join(' ')})`
  }

  pressesOfAction(action: BoundAction): readonly string[] {
    const chosen = this.chosen[action]
    return chosen === undefined ? listedAction(action).press : [chosen]
  }

  /** Gives classes other keys, as one step of the history. */
  async bindClasses(keys: readonly { readonly id: number; readonly key: string | null }[]): Promise<void> {
    await this.#sources.step(async () => {
      await this.#sources.client.classes.bindKeys({ keys: [...keys] })
      await this.#sources.classes.reload()
    })
  }

  /** Gives actions other keys; undefined: those of the list again. Rejects where it could not be written. */
  async bindActions(changes: Readonly<Partial<Record<BoundAction, string | undefined>>>): Promise<void> {
    const merged = Object.entries({ ...this.chosen, ...changes }).flatMap(([action, press]) =>
      isBoundAction(action) && press !== undefined && !isListed(action, press) ? [[action, press] as const] : [],
    )
    await this.#sources.client.studio.changeSettings({ keys: Object.fromEntries(merged) })
    await this.#sources.settings.reload()
  }
}

function isListed(action: BoundAction, press: string): boolean {
  const { press: listed } = listedAction(action)
  return listed.length === 1 && listed[0] === press
}
