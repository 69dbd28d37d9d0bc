import type { Database } from 'better-sqlite3'
import { ImageFilter, ImageOrder } from '../../contract/images.ts'
import { noteImage } from '../images/note-image.ts'
import { hasImage, setTrashed } from '../images/image-rows.ts'
import { ImportUndone, Intake } from '../images/take-images.ts'
import { nextClassColour } from '../labels/class-colours.ts'
import { readClasses } from '../labels/class-rows.ts'
import { addClass, deleteClass, mergeClasses, recolourClass, renameClass, reorderClasses } from '../labels/edit-classes.ts'
import { setLabels } from '../labels/set-labels.ts'
import { projectFiles } from '../project/project-files.ts'
import { changeView, deleteView, listViews, saveView } from '../views/edit-views.ts'
import { goToStep, listSteps, recordStep, redoStep, undoStep } from './record-step.ts'

/** What a person does, in plain values: images by their place, classes and views by their place in the list. */
export type Change =
  | { readonly do: 'label'; readonly images: readonly number[]; readonly at: number | null }
  /** `more`: it goes on with the last import that there was. */
  | { readonly do: 'import'; readonly images: readonly number[]; readonly name: string | null; readonly more: boolean }
  /** New ones come out of a watched folder. */
  | { readonly do: 'watch'; readonly images: readonly number[]; readonly name: string | null }
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

interface State {
  readonly model: Model
  /** The image that the step wrote a note about. */
  readonly noted: number | null
  readonly isImport: boolean
}

/** How the project was after each step, and after how many it is now. */
export interface World {
  readonly states: readonly State[]
  readonly at: number
  /** Images that were ever there: undo does not take their rows away. */
  readonly known: readonly number[]
}

/** How many images a project can have; the last ones come by an import or out of a watched folder. */
export const imageCount = 8
const imagesAtFirst = 4

export function newWorld(db: Database): World {
  const known = Array.from({ length: imagesAtFirst }, (_, image) => image)
  return { states: [{ model: readModel(db), noted: null, isImport: false }], at: 0, known }
}

export const hashOfImage = (index: number): string => String(index).repeat(64)
const order = ImageOrder.parse({})
const filterOf = (text: string): ImageFilter => ImageFilter.parse({ name: text })

/** A project with the first images and nothing decided about them. */
export function fillProject(db: Database): void {
  db.exec("INSERT INTO import (id, state, started_at_ms, ended_at_ms) VALUES (1, 'finished', 1, 2)")
  const insert = db.prepare(`INSERT INTO image (id, hash, name, source_path, format, width_px, height_px, size_bytes, perceptual_hash,
    import_id, imported_at_ms) VALUES (?, ?, 'a', 'a', 'jpeg', 1, 1, 1, '0000000000000000', 1, 1)`)
  for (let index = 0; index < imagesAtFirst; index++) insert.run(index + 1, hashOfImage(index))
}

export function readModel(db: Database): Model {
  const classes = readClasses(db)
  const nameOf = new Map(classes.map((each) => [each.id, each.name]))
  const rows = db
    .prepare<[], { hash: string; classId: number | null; source: string; trashedAtMs: number | null; note: string }>(
      'SELECT hash, class_id AS classId, source, trashed_at_ms AS trashedAtMs, note FROM image LEFT JOIN label ON image_id = id',
    )
    .all()
  // One that was never there is as one in the trash about which nothing was decided.
  const images = Array.from({ length: imageCount }, (_, image) => rows.find(({ hash }) => hash === hashOfImage(image)) ?? null)
  return {
    classes: classes.map(({ name, colour }) => ({ name, colour })),
    labels: images.map((row) => (row === null || row.classId === null ? null : { name: nameOf.get(row.classId)!, source: row.source })),
    trashed: images.map((row) => row?.trashedAtMs !== null),
    notes: images.map((row) => row?.note ?? ''),
    views: listViews(db).map(({ name, filter }) => ({ name, text: filter.name ?? '' })),
  }
}

/** The world after an operation; null where the studio must refuse it. */
export function play(world: World, operation: Operation): World | null {
  const { states, at } = world
  const to = (place: number): World | null => (place < 0 || place >= states.length ? null : { ...world, at: place })
  if (operation.do === 'undo') return to(at - 1)
  if (operation.do === 'redo') return to(at + 1)
  if (operation.do === 'go') return to(operation.to % states.length)
  const now = states[at]!
  if (operation.do === 'import') return playImport(world, operation)
  if (operation.do === 'watch') return playWatched(world, operation)
  const unknown =
    operation.do === 'label' || operation.do === 'trash' ? operation.images.filter((image) => !world.known.includes(image)) : []
  const model = structuredClone(now.model)
  if (unknown.length > 0 || !change(model, operation)) return null
  // A change that changes nothing is no step.
  if (JSON.stringify(model) === JSON.stringify(now.model)) return world
  // Notes about one image that follow each other are one step.
  const noted = operation.do === 'note' ? operation.image : null
  const before = noted !== null && noted === now.noted ? states.slice(0, at) : states.slice(0, at + 1)
  return { ...world, states: [...before, { model, noted, isImport: false }], at: before.length }
}

function playImport(world: World, asked: Of<'import'>): World {
  const { states, at } = world
  const last = asked.more ? states.findLastIndex((state) => state.isImport) : -1
  // Undone, it takes no more.
  if (last > at) return world
  const { model: before } = states[at]!
  const model = withImported(before, asked)
  if (JSON.stringify(model) === JSON.stringify(before)) return world
  const known = [...new Set([...world.known, ...asked.images])]
  const isOfClassesThere = asked.name === null || areClassesSame(states.slice(last))
  const fresh = asked.images.filter((image) => !world.known.includes(image))
  const isUntouched = (image: number): boolean => asked.name === null && before.trashed[image] === false
  const isApart = last > 0 && isOfClassesThere && asked.images.every((image) => fresh.includes(image) || isUntouched(image))
  const toAdd = { ...asked, images: fresh }
  // New images alone are nothing to any step that came after that of their import.
  if (isApart)
    return { states: states.map((each, place) => (place < last ? each : { ...each, model: withImported(each.model, toAdd) })), at, known }
  const kept = states.slice(0, last > 0 && last === at ? at : at + 1)
  return { states: [...kept, { model, noted: null, isImport: true }], at: kept.length, known }
}

function areClassesSame(states: readonly State[]): boolean {
  return new Set(states.map(({ model }) => JSON.stringify(model.classes))).size === 1
}

/** The images were there at any time, as far as undo goes; their labels come with the last import, where classes are still as it left them. */
function playWatched({ states, at, known: before }: World, { images, name }: Of<'watch'>): World {
  const come = images.filter((image) => !before.includes(image))
  const known = [...before, ...come]
  const there = states.map((each) => ({ ...each, model: withImported(each.model, { images: come, name: null }) }))
  if (name === null || come.length === 0) return { states: there, at, known }
  const labelled = there.map((each) => ({ ...each, model: withImported(each.model, { images: come, name }) }))
  const last = states.slice(0, at + 1).findLastIndex((state) => state.isImport)
  if (last > 0 && areClassesSame(states.slice(last)))
    return { states: there.map((each, place) => (place < last ? each : labelled[place]!)), at, known }
  const kept = there.slice(0, last > 0 && last === at ? at : at + 1)
  return { states: [...kept, { model: labelled[at]!.model, noted: null, isImport: true }], at: kept.length, known }
}

function withImported(before: Model, { images, name }: Pick<Of<'watch'>, 'images' | 'name'>): Model {
  const model = structuredClone(before)
  for (const image of images) model.trashed[image] = false
  if (name === null || images.every((image) => model.labels[image] !== null)) return model
  const { name: given } = model.classes.find((each) => isSame(each.name, name)) ?? addTo(model, name)
  for (const image of images) model.labels[image] ??= { name: given, source: 'folder' }
  return model
}

const isSame = (first: string, second: string) => first.toLowerCase() === second.toLowerCase()

/** Changes the model as a person would expect it; false where that must be refused. */
function change(model: Model, asked: Exclude<Change, { readonly do: 'import' | 'watch' }>): boolean {
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
      const last = operation.more ? listSteps(db, { offset: 0, limit: 1000 }).steps.find(({ action }) => action === 'image-add') : undefined
      return importImages(db, operation, { atMs, continues: last?.id ?? null })
    }
    case 'watch': {
      const images = operation.images.filter((image) => !hasImage(db, hashOfImage(image)))
      return importImages(db, { ...operation, images }, { atMs, isUnasked: true })
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

/** As the job of an import takes pictures that the image worker has prepared. */
function importImages(
  db: Database,
  { images, name }: Pick<Of<'watch'>, 'images' | 'name'>,
  { atMs, ...how }: { readonly atMs: number; readonly continues?: number | null; readonly isUnasked?: boolean },
): void {
  const options = {
    importId: 1,
    labelFromFolders: name !== null,
    hasLabelFile: false,
    into: null,
    skipped: [],
    ...how,
  }
  const intake = new Intake({ clock: () => atMs }, { db, files: projectFiles('/nowhere') }, options)
  const picture = { name: 'a', format: 'jpeg', widthPx: 1, heightPx: 1, sizeBytes: 1, perceptualHash: '0'.repeat(16), taken: null }
  const measure = { blur: 0, highlight: 0, middleWhite: 0 }
  const outcomes = images.map((image) => ({
    file: { path: `/${name ?? ''}/${image}.jpg`, folderLabel: name },
    state: 'prepared' as const,
    image: { ...picture, measure, hash: hashOfImage(image), pixelHash: hashOfImage(image).slice(0, 16) },
  }))
  try {
    intake.take(outcomes)
  } catch (error) {
    if (!(error instanceof ImportUndone)) throw error
  }
}
