import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { StudioError } from '../../../contract/errors.ts'
import type { TryResult } from '../../../contract/runs.ts'
import { listFiles } from '../../../core/images/list-files.ts'
import { percentText } from '../../../../renderer/text/numbers.ts'
import { refusalWords, tryWords } from '../../../../renderer/text/try.ts'
import { failureLines } from '../failure-groups.ts'
import { findRun } from '../find-run.ts'
import { fromCaller } from '../../caller-paths.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'

/** Photos in one request: their pixels are in memory together. */
const batchSize = 32

/** A file as the caller named it, and where it is. */
interface NamedFile {
  readonly given: string
  readonly path: string
}

type Listed = ({ readonly state: 'file' } & NamedFile) | { readonly state: 'failed'; readonly error: StudioError }

/** A line for each file, in the order given; folders stand for the files in them. Exit code 1 when one could not be read. */
export function predict(project: string, reference: string, files: readonly string[], options: GlobalOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const run = await findRun(session.client, reference)
    const failures: StudioError[] = []
    const report = (answer: Answer): void => {
      if (answer.state === 'answered') return printPrediction(session, answer.given, answer.result)
      failures.push(answer.error)
      if (session.printer.json) session.printer.fail(answer.error)
    }
    const everything = (await Promise.all(files.map(filesOf))).flat()
    for (const each of everything) if (each.state === 'failed') report(each)
    const listed = everything.filter((each) => each.state === 'file')
    for (let start = 0; start < listed.length; start += batchSize) {
      for (const answer of await predictBatch(session, run, listed.slice(start, start + batchSize))) report(answer)
    }
    // For a person together and last: between hundreds of answers nobody would find them.
    for (const line of failureLines(failures)) session.printer.note(line)
    return failures.length > 0 ? 1 : 0
  })
}

type Answer =
  | { readonly state: 'answered'; readonly given: string; readonly result: TryResult }
  | { readonly state: 'failed'; readonly error: StudioError }

/** All at once, and one by one only where one of them cannot be read. */
async function predictBatch(session: Session, run: string, files: readonly NamedFile[]): Promise<readonly Answer[]> {
  try {
    const results = await session.client.runs.predict({ run, files: files.map(({ path }) => path) })
    return results.map((result, index) => ({ state: 'answered', given: files[index]?.given ?? result.file, result }))
  } catch (error) {
    if (!isAboutOneFile(error)) throw error
    const [only, ...more] = files
    if (only === undefined) throw error
    if (more.length === 0) return [{ state: 'failed', error: named(error, only) }]
    const half = Math.ceil(files.length / 2)
    return [...(await predictBatch(session, run, files.slice(0, half))), ...(await predictBatch(session, run, files.slice(half)))]
  }
}

function isAboutOneFile(error: unknown): error is StudioError {
  return error instanceof StudioError && (error.code === 'PICTURE_UNREADABLE' || error.code === 'FILE_NOT_FOUND')
}

/** The same failure under the name that the caller used. */
function named(error: StudioError, { given, path }: NamedFile): StudioError {
  if (error.code !== 'PICTURE_UNREADABLE' || !existsSync(path)) return new StudioError('FILE_NOT_FOUND', { path: given }, { cause: error })
  const { reason } = (error as StudioError<'PICTURE_UNREADABLE'>).details
  return new StudioError('PICTURE_UNREADABLE', { file: given, reason }, { cause: error })
}

/** What an import of the same path would take: projects inside a folder and the litter of systems are passed over. */
async function filesOf(given: string): Promise<readonly Listed[]> {
  const path = fromCaller(given)
  const nameOf = (file: string): string => join(given, relative(path, file))
  // What is not there is told of like what cannot be read, and does not keep the others from being answered.
  if (!existsSync(path) || !(await stat(path)).isDirectory()) return [{ state: 'file', given, path }]
  try {
    const { files, unreadable } = await listFiles([path])
    return [
      ...unreadable.map(({ file, detail }) => failed(new StudioError('PICTURE_UNREADABLE', { file: nameOf(file), reason: detail }))),
      ...files.map((file): Listed => ({ state: 'file', given: nameOf(file.path), path: file.path })),
    ]
  } catch (error) {
    // `instanceof` alone leaves the code as `any`.
    if (error instanceof StudioError) return [failed(error as StudioError)]
    throw error
  }
}

function failed(error: StudioError): Listed {
  return { state: 'failed', error }
}

export function printPrediction({ printer }: Session, file: string, result: TryResult): void {
  const { probabilities } = result
  printer.event({
    file,
    class: result.class,
    refusal: result.refusal,
    probabilities: Object.fromEntries(probabilities.map((each) => [each.class, each.probability])),
  })
  const ranked = probabilities.toSorted((a, b) => b.probability - a.probability).slice(0, 3)
  const refused = result.refusal === null ? '' : `${tryWords.refused.toLowerCase()} (${refusalWords[result.refusal]}): `
  printer.line(`${file}  ${refused}${ranked.map((each) => `${each.class} ${percentText(each.probability)}`).join(', ')}`)
}
