import { join } from 'node:path'
import { describeIssue } from '../../../contract/describe-issue.ts'
import type { ExportProof } from '../../../contract/exporting.ts'
import { ExportFormat } from '../../../contract/exporting.ts'
import { StudioError } from '../../../contract/errors.ts'
import { countOf } from '../../../../renderer/text/numbers.ts'
import { findRun } from '../find-run.ts'
import { followJob } from '../follow-job.ts'
import { fromCaller } from '../../caller-paths.ts'
import type { Printer } from '../printer.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'

export interface ExportOptions extends GlobalOptions {
  readonly format?: string
  readonly out: string
}

export function exportRun(project: string, reference: string, options: ExportOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const format = ExportFormat.safeParse(options.format ?? 'tfjs')
    if (!format.success) {
      throw new StudioError('INVALID_INPUT', { reason: describeIssue(format.error.issues[0]!, () => '--format') })
    }
    await writeExport(session, await findRun(session.client, reference), format.data, fromCaller(options.out))
  })
}

/** Writes an export below `out` (made where it does not exist), shows its proof and answers it. */
export async function writeExport(session: Session, run: string, format: ExportFormat, out: string): Promise<ExportProof> {
  const { client, printer } = session
  const { jobId } = await client.exporting.start({ run, format, out })
  const { result } = await followJob(session, jobId, {
    kind: 'export',
    onInterrupt: 'cancel',
    kept: 'Cancelling the export. Nothing half-written is left.',
    progressEvents: true,
  })
  printProof(printer, result.proof)
  return result.proof
}

function printProof(printer: Printer, proof: ExportProof): void {
  const { folder, files, zip, images, agree, refused, maxDifference, format, fromWorkingCopy, runId } = proof
  printer.event({
    event: 'verified',
    format,
    run: runId,
    images,
    agree,
    refused,
    maxDifference,
    fromWorkingCopy,
    folder,
    zip,
    files: files.map((file) => join(folder, file)),
  })
  printer.line(
    `Proved: ${agree} of ${countOf(images, 'test photo')} answered the same (largest difference ${maxDifference.toPrecision(2)})${refused === 0 ? '' : `; to ${refused} both say none of these`}.`,
  )
  if (fromWorkingCopy > 0) printer.line(`${countOf(fromWorkingCopy, 'photo')} came from the working copy, because the original is gone.`)
  printer.line(`${folder}\n${zip}`)
}

export function listExports(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    for (const proof of await client.exporting.list()) printProof(printer, proof)
  })
}
