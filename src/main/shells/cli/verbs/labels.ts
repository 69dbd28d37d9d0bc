import type { Class } from '../../../contract/labels.ts'
import { describeStep, historyWords, stepDone } from '../../../../renderer/text/history.ts'
import { countOf } from '../../../../renderer/text/numbers.ts'
import { classNamed, findClass } from '../find-class.ts'
import { findImages } from '../find-images.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'

export interface LabelOptions extends GlobalOptions {
  readonly class?: string
  readonly none?: boolean
}

/** Gives photos a class, which is made where it does not exist yet; with `none` takes it away. */
export function label(project: string, references: readonly string[], options: LabelOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const hashes = [...(await findImages(client, references, { trashed: false }))]
    const name = options.class ?? null
    const there = name === null ? null : classNamed(await client.classes.list(), name)
    const target = name === null ? null : (there ?? (await client.classes.add({ name })))
    if (there !== null && there.name !== name) printer.note(`The class is called ${there.name}.`)
    const { changed } = await client.labels.set({ hashes, classId: target?.id ?? null })
    printer.event({ event: 'labelled', class: target?.name ?? null, images: changed })
    printer.line(
      target === null ? `${countOf(changed, 'photo')} without a class now.` : `${countOf(changed, 'photo')} labelled ${target.name}.`,
    )
  })
}

export function listClasses(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => printClasses(printer, await client.classes.list()))
}

function printClasses(printer: Session['printer'], classes: readonly Class[]): void {
  for (const each of classes)
    printer.event({ class: each.name, id: each.id, colour: each.colour, position: each.position, images: each.images })
  printer.line(
    tableText(
      ['class', 'photos', 'colour'],
      classes.map(({ name, images, colour }) => [name, String(images), colour]),
      ['left', 'right', 'left'],
    ),
  )
}

export type ClassChange =
  | { readonly action: 'add'; readonly names: readonly string[] }
  | { readonly action: 'rename'; readonly from: string; readonly to: string }
  | { readonly action: 'recolour'; readonly name: string; readonly colour: string }
  | { readonly action: 'merge'; readonly from: string; readonly into: string }
  | { readonly action: 'reorder'; readonly names: readonly string[] }
  | { readonly action: 'delete'; readonly name: string }

/** Makes the change and shows the classes as they are then. */
export function changeClasses(project: string, change: ClassChange, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    await apply(client, change)
    printClasses(printer, await client.classes.list())
    printer.note(`graft undo ${project} takes it back.`)
  })
}

async function apply(client: Session['client'], change: ClassChange): Promise<void> {
  const classes = await client.classes.list()
  const idOf = (name: string): number => findClass(classes, name).id
  switch (change.action) {
    case 'add':
      for (const name of change.names) await client.classes.add({ name })
      return
    case 'rename':
      await client.classes.rename({ id: idOf(change.from), name: change.to })
      return
    case 'recolour':
      await client.classes.recolour({ id: idOf(change.name), colour: change.colour.toLowerCase() })
      return
    case 'merge':
      await client.classes.merge({ from: idOf(change.from), into: idOf(change.into) })
      return
    case 'reorder': {
      const first = change.names.map(idOf)
      await client.classes.reorder({ ids: [...first, ...classes.map(({ id }) => id).filter((id) => !first.includes(id))] })
      return
    }
    case 'delete':
      await client.classes.delete({ id: idOf(change.name) })
      return
    default:
      change satisfies never
  }
}

export interface HistoryOptions extends GlobalOptions {
  /** A whole number. */
  readonly limit: string
}

/** Lists what was done, newest first, with the number that `--to` of undo and redo takes. */
export function listHistory(project: string, options: HistoryOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const { total, undone, steps } = await client.history.list({ offset: 0, limit: Number(options.limit) })
    for (const { isDone, ...step } of steps) printer.event({ ...step, done: isDone })
    const rows = steps.map((step) => [
      String(step.id),
      new Date(step.atMs).toLocaleString('en-GB'),
      `${stepDone(step)}${step.isDone ? '' : ' (undone)'}`,
    ])
    printer.line(tableText(['step', 'when', 'what'], rows, ['right', 'left', 'left']))
    printer.note(`${countOf(total, 'step')}${undone === 0 ? '' : `, of which ${undone} undone`}`)
  })
}

/** Undoes or repeats steps until this one is the newest that is done; 0: until none is. */
export function goToStep(project: string, step: number, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const { moved } = await client.history.goTo({ step: step === 0 ? null : step })
    printer.event({ event: 'moved', steps: moved })
    printer.line(moved === 0 ? 'Everything is there already.' : `${historyWords.moved(moved)}.`)
  })
}

/** Takes the last step back, or repeats the one that was taken back. */
export function moveInHistory(project: string, direction: 'undo' | 'redo', options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const step = await (direction === 'undo' ? client.history.undo() : client.history.redo())
    printer.event({ event: direction, ...step })
    printer.line(`${direction === 'undo' ? 'Taken back' : 'Done again'}: ${describeStep(step)}.`)
    const { undo } = await client.history.state()
    if (undo !== null) printer.note(`Next to undo: ${describeStep(undo)}.`)
  })
}
