import { findRun } from '../find-run.ts'
import { nameText, printNote, runEvent } from '../run-words.ts'
import { withProject, type GlobalOptions } from '../session.ts'

export interface NoteOptions extends GlobalOptions {
  /** Empty takes the name away. */
  readonly name?: string
  readonly notes?: string
  readonly tag?: readonly string[]
  readonly untag?: readonly string[]
  readonly pin?: boolean
  readonly unpin?: boolean
}

/** Writes what the options name about a run, and shows what stands there now. */
export function noteRun(project: string, reference: string, options: NoteOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const { run } = await client.runs.get({ run: await findRun(client, reference) })
    const { name, notes, tag = [], untag = [], pin, unpin } = options
    const away = new Set(untag.map((each) => each.trim()))
    const tags = [...run.tags, ...tag.map((each) => each.trim())].filter((each) => !away.has(each))
    const noted = await client.runs.annotate({
      run: run.id,
      ...(name === undefined ? {} : { name }),
      ...(notes === undefined ? {} : { notes }),
      ...(tag.length + untag.length === 0 ? {} : { tags }),
      ...(pin === true || unpin === true ? { pinned: unpin !== true } : {}),
    })
    printer.event(runEvent(noted))
    printer.line(`Run #${noted.number} (${noted.id})${nameText(noted) === '' ? ' has no name, notes, tags or pin' : ''}`)
    printNote(printer, noted)
  })
}
