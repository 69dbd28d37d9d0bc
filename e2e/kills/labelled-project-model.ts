/** What a project holds as far as its owner has decided about it. */
export interface Decisions {
  /** Names, in their order. */
  readonly classes: readonly string[]
  /** Name of the class by photo. */
  readonly labels: Readonly<Record<string, string>>
  readonly notes: Readonly<Record<string, string>>
  /** Photos in the trash, sorted. */
  readonly trashed: readonly string[]
}

/** Something that is asked of the studio, and what it makes of the decisions. */
export type Change =
  | { readonly kind: 'label'; readonly photos: readonly string[]; readonly to: string | null }
  | { readonly kind: 'note'; readonly photo: string; readonly text: string }
  | { readonly kind: 'trash' | 'restore'; readonly photos: readonly string[] }
  | { readonly kind: 'add-class'; readonly name: string }
  | { readonly kind: 'rename-class'; readonly from: string; readonly to: string }
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }

/** One press of undo or redo, with what was there on its other side. */
export interface Step {
  readonly decisions: Decisions
  /** The photo that it wrote about; null for any other step. */
  readonly noted: string | null
  /** Whether it brought photos, of which the decisions say nothing. */
  readonly isImport?: true
}

/** The decisions with every step that led to them, as a studio without a disk would keep them. */
export interface Model {
  readonly now: Decisions
  /** With what was there before, oldest first. */
  readonly done: readonly Step[]
  /** With what was there after, the next to redo last. */
  readonly undone: readonly Step[]
}

export function emptyModel(now: Decisions): Model {
  return { now, done: [], undone: [] }
}

/** Whether there is anything to ask for. */
export function isPossible(model: Model, { kind }: Change): boolean {
  return kind === 'undo' ? model.done.length > 0 : kind === 'redo' ? model.undone.length > 0 : true
}

export function apply(model: Model, change: Change): Model {
  const { now, done, undone } = model
  if (change.kind === 'undo') {
    const last = done.at(-1)
    if (last === undefined) return model
    return { now: last.decisions, done: done.slice(0, -1), undone: [...undone, { ...last, decisions: now }] }
  }
  if (change.kind === 'redo') {
    const next = undone.at(-1)
    if (next === undefined) return model
    return { now: next.decisions, done: [...done, { ...next, decisions: now }], undone: undone.slice(0, -1) }
  }
  const changed = decided(now, change)
  // What changes nothing is no step.
  if (areSame(changed, now)) return model
  const noted = change.kind === 'note' ? change.photo : null
  // A note is saved while it is typed: one press takes back all that was written about a photo without anything in between.
  const goesOn = noted !== null && done.at(-1)?.noted === noted
  return { now: changed, done: goesOn ? done : [...done, { decisions: now, noted }], undone: [] }
}

/**
 * The model with the steps of imports that came between its own: `isImport` says of the newest steps that are done, newest first, whether they
 * are such.
 */
export function withImports(model: Model, isImport: readonly boolean[]): Model {
  const done = [...model.done]
  let at = done.length
  let hasCome = false
  for (const is of isImport) {
    const isKnown = at > 0 && done[at - 1]?.isImport === true
    if (is && !isKnown) {
      done.splice(at, 0, { decisions: done[at]?.decisions ?? model.now, noted: null, isImport: true })
      hasCome = true
    } else at = Math.max(0, at - 1)
  }
  return { ...model, done, undone: hasCome ? [] : model.undone }
}

export function areSame(one: Decisions, other: Decisions): boolean {
  return asText(one) === asText(other)
}

function asText({ classes, labels, notes, trashed }: Decisions): string {
  const sorted = (record: Readonly<Record<string, string>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([classes, sorted(labels), sorted(notes), trashed])
}

function decided(before: Decisions, change: Exclude<Change, { kind: 'undo' | 'redo' }>): Decisions {
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
    default:
      return change satisfies never
  }
}
