import type { Database } from 'better-sqlite3'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import { noteImage } from '../images/note-image.ts'
import { setTrashed } from '../images/image-rows.ts'
import { nextClassColour } from '../labels/class-colours.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass, deleteClass, mergeClasses, recolourClass, renameClass, reorderClasses } from '../labels/edit-classes.ts'
import { labelImported, setLabels } from '../labels/set-labels.ts'
import { changeView, deleteView, listViews, saveView } from '../views/edit-views.ts'
import { goToStep, listSteps, recordStep, redoStep, undoStep } from './record-step.ts'

/** What a person does, in plain values: images by their place, classes and views by their place in the list. */
export type Change =
  | { readonly do: 'label'; readonly images: readonly number[]; readonly at: number | null }
  | { readonly do: 'import'; readonly images: readonly number[]; readonly name: string }
  | { readonly do: 'add'; readonly name: string }
  | { readonly do: 'rename'; readonly at: number; readonly name: string }
  | { readonly do: 'recolour'; readonly at: number; readonly colour: string }
  | { readonly do: 'reverse' }
  | { readonly do: 'merge'; readonly at: number; readonly into: number }
  | { readonly do: 'delete'; readonly at: number }
  | { readonly do: 'trash'; readonly images: readonly number[]; readonly back: boolean }
  | { readonly do: 'note'; readonly image: number; readonly text: string }
  | { readonly do: 'save-view'; readonly name: string; readonly text: string }
  | { readonly do: 'rename-view'; readonly at: number; readonly name: string }
  | { readonly do: 'change-view'; readonly at: number; readonly text: string }
  | { readonly do: 'delete-view'; readonly at: number }
/** `go`: to how it was after so many steps, of all that there are. */
export type Operation = Change | { readonly do: 'undo' } | { readonly do: 'redo' } | { readonly do: 'go'; readonly to: number }

/** The project as plain values: classes and views in order, and of each image what is decided about it. */
export interface Model {
  readonly classes: { name: string; colour: string }[]
  readonly labels: ({ name: string; source: string } | null)[]
  readonly trashed: boolean[]
  readonly notes: string[]
  readonly views: { name: string; text: string }[]
}

/** How the project was after each step, and after how many it is now. `noted`: the image that the step wrote a note about. */
export interface World {
  readonly states: readonly { readonly model: Model; readonly noted: number | null }[]
  readonly at: number
}

export const hashOfImage = (index: number): string => String(index).repeat(64)
const order = ImageOrder.parse({})
const filterOf = (text: string): ImageFilter => ImageFilter.parse({ name: text })

/** A project with `images` images and nothing decided about them. */
export function fillProject(db: Database, images: number): void {
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let index = 0; index < images; index++) insert.run(index + 1, hashOfImage(index))
}

export function readModel(db: Database): Model {
  const classes = readClasses(db)
  const nameOf = new Map(classes.map((each) => [each.id, each.name]))
  const rows = db
    .prepare<[], { classId: number | null; source: string; trashedAtMs: number | null; note: string }>(
      'SELECT class_id AS classId, source, trashed_at_ms AS trashedAtMs, note FROM image LEFT JOIN label ON image_id = id ORDER BY id',
    )
    .all()
  return {
    classes: classes.map(({ name, colour }) => ({ name, colour })),
    labels: rows.map(({ classId, source }) => (classId === null ? null : { name: nameOf.get(classId)!, source })),
    trashed: rows.map(({ trashedAtMs }) => trashedAtMs !== null),
    notes: rows.map(({ note }) => note),
    views: listViews(db).map(({ name, filter }) => ({ name, text: filter.name ?? '' })),
  }
}

/** The world after an operation; null where the studio must refuse it. */
export function play(world: World, operation: Operation): World | null {
  const { states, at } = world
  const to = (place: number): World | null => (place < 0 || place >= states.length ? null : { states, at: place })
  if (operation.do === 'undo') return to(at - 1)
  if (operation.do === 'redo') return to(at + 1)
  if (operation.do === 'go') return to(operation.to % states.length)
  const now = states[at]!
  const model = structuredClone(now.model)
  if (!change(model, operation)) return null
  // A change that changes nothing is no step.
  if (JSON.stringify(model) === JSON.stringify(now.model)) return world
  // Notes about one image that follow each other are one step.
  const noted = operation.do === 'note' ? operation.image : null
  const before = noted !== null && noted === now.noted ? states.slice(0, at) : states.slice(0, at + 1)
  return { states: [...before, { model, noted }], at: before.length }
}

const isSame = (first: string, second: string) => first.toLowerCase() === second.toLowerCase()

/** Changes the model as a person would expect it; false where that must be refused. */
function change(model: Model, asked: Change): boolean {
  const { labels, trashed, notes } = model
  switch (asked.do) {
    case 'trash':
      for (const image of asked.images) trashed[image] = !asked.back
      return true
    case 'note':
      notes[asked.image] = asked.text
      return true
    case 'save-view':
    case 'rename-view':
    case 'change-view':
    case 'delete-view':
      return changeViews(model, asked)
    case 'label': {
      const wanted = asked.at === null ? null : model.classes[asked.at]
      if (wanted === undefined) return false
      for (const image of asked.images) {
        if (wanted === null) labels[image] = null
        else if (labels[image]?.name !== wanted.name) labels[image] = { name: wanted.name, source: 'person' }
      }
      return true
    }
    case 'import': {
      if (asked.images.every((image) => labels[image] !== null)) return true
      const { name } = model.classes.find((each) => isSame(each.name, asked.name)) ?? addTo(model, asked.name)
      for (const image of asked.images) labels[image] ??= { name, source: 'folder' }
      return true
    }
    default:
      return changeClasses(model, asked)
  }
}

function addTo({ classes }: Model, name: string): Model['classes'][number] {
  classes.push({ name, colour: nextClassColour(classes.map((each) => each.colour)) })
  return classes.at(-1)!
}

type Of<Do extends Change['do']> = Extract<Change, { do: Do }>

function changeClasses(model: Model, asked: Of<'add' | 'rename' | 'recolour' | 'reverse' | 'merge' | 'delete'>): boolean {
  const { classes, labels } = model
  const find = (name: string) => classes.find((each) => isSame(each.name, name))
  const relabel = (from: string, to: string | null) =>
    labels.forEach((label, index) => {
      if (label?.name === from) labels[index] = to === null ? null : { ...label, name: to }
    })
  if (asked.do === 'reverse') return classes.reverse() === classes
  if (asked.do === 'add') {
    if (find(asked.name) !== undefined) return false
    addTo(model, asked.name)
    return true
  }
  const meant = classes[asked.at]
  if (meant === undefined) return false
  if (asked.do === 'recolour') meant.colour = asked.colour
  else if (asked.do === 'rename') {
    if ((find(asked.name) ?? meant) !== meant) return false
    relabel(meant.name, asked.name)
    meant.name = asked.name
  } else {
    const into = asked.do === 'merge' ? classes[asked.into] : null
    if (into === undefined || into === meant) return false
    relabel(meant.name, into?.name ?? null)
    classes.splice(asked.at, 1)
  }
  return true
}

function changeViews({ views }: Model, asked: Of<'save-view' | 'rename-view' | 'change-view' | 'delete-view'>): boolean {
  const find = (name: string) => views.find((each) => isSame(each.name, name))
  if (asked.do === 'save-view') return find(asked.name) === undefined && views.push({ name: asked.name, text: asked.text }) > 0
  const meant = views[asked.at]
  if (meant === undefined) return false
  if (asked.do === 'delete-view') return views.splice(asked.at, 1).length === 1
  if (asked.do === 'change-view') meant.text = asked.text
  else if ((find(asked.name) ?? meant) !== meant) return false
  else meant.name = asked.name
  return true
}

/** Does an operation in a real project. Throws a `StudioError` where it is refused. */
export function perform(db: Database, operation: Operation, atMs: number): void {
  const step = { atMs }
  const classAt = (place: number) => readClasses(db)[place]?.id ?? 1_000_000
  const viewAt = (place: number) => listViews(db)[place]?.id ?? 1_000_000
  const hashes = 'images' in operation ? operation.images.map(hashOfImage) : []
  switch (operation.do) {
    case 'undo':
      return void undoStep(db)
    case 'redo':
      return void redoStep(db)
    case 'go': {
      const { total, steps } = listSteps(db, { offset: 0, limit: 1000 })
      const place = operation.to % (total + 1)
      return void goToStep(db, steps[total - place]?.id ?? null)
    }
    case 'label': {
      const classId = operation.at === null ? null : classAt(operation.at)
      return void setLabels(db, { hashes, classId, source: 'person', ...step })
    }
    case 'import': {
      const labels = operation.images.map((image) => ({ imageId: image + 1, className: operation.name }))
      return void labelImported(db, labels, step)
    }
    case 'trash': {
      const action = operation.back ? 'image-restore' : 'image-trash'
      const write = () => setTrashed(db, hashes, operation.back ? null : atMs)
      return void recordStep(db, { action, details: { images: hashes.length }, ...step }, write)
    }
    case 'note':
      return void noteImage(db, { hash: hashOfImage(operation.image), note: operation.text, ...step })
    case 'add':
      return void addClass(db, operation.name, step)
    case 'rename':
      return void renameClass(db, classAt(operation.at), operation.name, step)
    case 'recolour':
      return void recolourClass(db, classAt(operation.at), operation.colour, step)
    case 'reverse': {
      const ids = readClasses(db).map((each) => each.id)
      return void reorderClasses(db, ids.reverse(), step)
    }
    case 'merge':
      return void mergeClasses(db, classAt(operation.at), classAt(operation.into), step)
    case 'delete':
      return void deleteClass(db, classAt(operation.at), step)
    case 'save-view':
      return void saveView(db, { name: operation.name, filter: filterOf(operation.text), order }, step)
    case 'rename-view':
      return void changeView(db, { id: viewAt(operation.at), name: operation.name }, step)
    case 'change-view':
      return void changeView(db, { id: viewAt(operation.at), filter: filterOf(operation.text) }, step)
    case 'delete-view':
      return deleteView(db, viewAt(operation.at), step)
    default:
      operation satisfies never
  }
}
