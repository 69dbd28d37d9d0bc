import { existsSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { StudioClient } from '../../contract/contract.ts'
import { StudioError } from '../../contract/errors.ts'
import type { Project } from '../../contract/project.ts'
import type { Studio } from '../../core/studio.ts'
import { openCheckoutStudio } from '../checkout-studio.ts'
import { listenForInterrupts, type Interrupts } from './interrupts.ts'
import { fromCaller, newProject, projectPath } from '../caller-paths.ts'
import { createPrinter, exitCodeOf, type Printer } from './printer.ts'

/** What a verb works with. */
export interface Session {
  readonly studio: Studio
  readonly client: StudioClient
  readonly printer: Printer
  readonly interrupts: Interrupts
}

export interface GlobalOptions {
  readonly json?: boolean
  /** `auto`, or the engine that extracts features. */
  readonly engine?: string
}

/**
 * Runs a verb with a studio of its own and closes it afterwards. Answers the exit code: what `verb` answers, 0 for nothing; a failure
 * is told in words (or as an object with `--json`).
 */
export async function withStudio(options: GlobalOptions, verb: (session: Session) => Promise<number | void>): Promise<number> {
  const printer = createPrinter({ json: options.json === true })
  const interrupts = listenForInterrupts()
  const studio = openCheckoutStudio('terminal', options.engine === undefined ? {} : { GRAFT_ENGINE: options.engine })
  try {
    return (await verb({ studio, client: studio.client, printer, interrupts })) ?? 0
  } catch (error) {
    printer.progressDone()
    studio.context.log.error('a command failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    printer.fail(error)
    return exitCodeOf(error)
  } finally {
    await studio.close()
    interrupts.close()
  }
}

/** The same with the project of the first argument open. */
export function withProject(
  options: GlobalOptions,
  argument: string,
  verb: (session: Session, project: Project) => Promise<number | void>,
): Promise<number> {
  return withStudio(options, async (session) => verb(session, await session.client.project.open({ path: projectPath(argument) })))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}

/**
 * Opens the project of an argument, or makes it where there is none: not before every one of the `photos` that it is made for is there.
 * @throws FOLDER_NOT_FOUND or FILE_NOT_FOUND for one that is not.
 */
export async function openOrCreate({ client, printer }: Session, argument: string, photos: readonly string[]): Promise<Project> {
  // A plain folder of that name is no project: `graft import pets pets` makes pets.graft from the photos in pets.
  const { name, folder } = newProject(argument)
  if (isFile(fromCaller(argument))) {
    throw new StudioError('INVALID_INPUT', { reason: `the first argument is the project, and ${argument} is a file; photos come after it` })
  }
  const path = join(folder, `${name}.graft`)
  if (existsSync(path)) return client.project.open({ path })
  for (const photo of photos.map(fromCaller)) {
    if (!existsSync(photo)) throw new StudioError(extname(photo) === '' ? 'FOLDER_NOT_FOUND' : 'FILE_NOT_FOUND', { path: photo })
  }
  const created = await client.project.create({ name, folder })
  printer.note(`New project ${created.name} at ${created.path}`)
  return created
}
