import type { HistoryStep } from '../../src/main/contract/labels.ts'

/** What a project holds as far as its owner has decided about it. */
export interface Decisions {
  /** Names, in their order. */
  readonly classes: readonly string[]
  /** Name of the class by photo. */
  readonly labels: Readonly<Record<string, string>>
  readonly notes: Readonly<Record<string, string>>
  /** Photos in the trash, sorted, of those that were there from the beginning. */
  readonly trashed: readonly string[]
  /** Numbers of the imports since then whose photos are in the project, ascending; those of the others lie in the trash. */
  readonly imports: readonly number[]
}

/** What is one step of the history, and what it makes of the decisions. */
export type Decision =
  | { readonly kind: 'label'; readonly photos: readonly string[]; readonly to: string | null }
  | { readonly kind: 'note'; readonly photo: string; readonly text: string }
  | { readonly kind: 'trash' | 'restore'; readonly photos: readonly string[] }
  | { readonly kind: 'add-class'; readonly name: string }
  | { readonly kind: 'rename-class'; readonly from: string; readonly to: string }
  /** Nobody knows the moment: its first photos come some time after it was asked for. */
  | { readonly kind: 'import'; readonly number: number }

/** Something that is asked of the studio. */
export type Change = Exclude<Decision, { kind: 'import' }> | { readonly kind: 'undo' } | { readonly kind: 'redo' }

/** One press of undo or redo, with what was there on its other side. */
export interface Step {
  readonly decisions: Decisions
  readonly by: Decision
}

/** The decisions with every step that led to them, as a studio without a disk would keep them. */
export interface Model {
  readonly now: Decisions
  /** With what was there before, oldest first. */
  readonly done: readonly Step[]
  /** With what was there after, the next to redo last. */
  readonly undone: readonly Step[]
  /** The import under way of which no photo has come; null: none. */
  readonly coming: number | null
}

/** What the studio calls such a step. */
export const actions = {
  label: 'label',
  note: 'image-note',
  trash: 'image-trash',
  restore: 'image-restore',
  'add-class': 'class-add',
  'rename-class': 'class-rename',
  import: 'image-add',
} as const satisfies Readonly<Record<Decision['kind'], HistoryStep['action']>>

/** Whether there is anything to ask for. */
export function isPossible(model: Model, { kind }: Change): boolean {
  return kind === 'undo' ? model.done.length > 0 : kind === 'redo' ? model.undone.length > 0 : true
}

/** The model itself where nothing changes, which then is no step. */
export function apply(model: Model, change: Change | Decision): Model {
  const { now, done, undone } = model
  if (change.kind === 'undo') {
    const last = done.at(-1)
    if (last === undefined) return model
    return { ...model, now: last.decisions, done: done.slice(0, -1), undone: [...undone, { ...last, decisions: now }] }
  }
  if (change.kind === 'redo') {
    const next = undone.at(-1)
    if (next === undefined) return model
    return { ...model, now: next.decisions, done: [...done, { ...next, decisions: now }], undone: undone.slice(0, -1) }
  }
  const changed = decided(now, change)
  if (areSame(changed, now)) return model
  const last = done.at(-1)?.by
  // A note is saved while it is typed: one press takes back all that was written about a photo without anything in between.
  const goesOn = change.kind === 'note' && last?.kind === 'note' && last.photo === change.photo
  return { ...model, now: changed, done: goesOn ? done : [...done, { decisions: now, by: change }], undone: [] }
}

/**
 * All that may be true a moment later: the first photos of an import under way come at any time, as the newest step, and end what can be redone.
 * Those that follow join that step wherever it is and are not seen here; undone meanwhile, it gets no more, and redo brings back what had come.
 */
export function aMomentLater(worlds: readonly Model[]): Model[] {
  return worlds.flatMap((world) =>
    world.coming === null ? [world] : [world, { ...apply(world, { kind: 'import', number: world.coming }), coming: null }],
  )
}

/** What the studio answers to undo and redo: the action of the step, or `nothing`. */
export type Answer = HistoryStep['action'] | 'nothing'

/** What this model says that the studio answers to a change; null where it answers none of these. */
export function answerTo({ done, undone }: Model, { kind }: Change): Answer | null {
  if (kind !== 'undo' && kind !== 'redo') return null
  const step = (kind === 'undo' ? done : undone).at(-1)
  return step === undefined ? 'nothing' : actions[step.by.kind]
}

export function areSame(one: Decisions, other: Decisions): boolean {
  return asText(one) === asText(other)
}

function asText({ classes, labels, notes, trashed, imports }: Decisions): string {
  const sorted = (record: Readonly<Record<string, string>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([classes, sorted(labels), sorted(notes), trashed, imports])
}

function decided(before: Decisions, change: Decision): Decisions {
  switch (change.kind) {
    case 'label': {
      const others = Object.entries(before.labels).filter(([photo]) => !change.photos.includes(photo))
      const given = change.to === null ? [] : change.photos.map((photo) => [photo, change.to ?? ''] as const)
      return { ...before, labels: Object.fromEntries([...others, ...given]) }
    }
    case 'note': {
      const { [change.photo]: _old, ...others } = before.notes
      return { ...before, notes: change.text === '' ? others : { ...others, [change.photo]: change.text } }
    }
    case 'trash':
      return { ...before, trashed: [...new Set([...before.trashed, ...change.photos])].sort() }
    case 'restore':
      return { ...before, trashed: before.trashed.filter((photo) => !change.photos.includes(photo)) }
    case 'add-class':
      return { ...before, classes: [...before.classes, change.name] }
    case 'rename-class':
      return {
        ...before,
        classes: before.classes.map((name) => (name === change.from ? change.to : name)),
        labels: Object.fromEntries(
          Object.entries(before.labels).map(([photo, name]) => [photo, name === change.from ? change.to : name] as const),
        ),
      }
    case 'import':
      return { ...before, imports: [...before.imports, change.number] }
    default:
      return change satisfies never
  }
}
