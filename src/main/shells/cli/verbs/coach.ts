import type { RunSummary } from '../../../contract/runs.ts'
import { coachWords } from '../../../../renderer/text/coach.ts'
import { findingLines } from '../coach-lines.ts'
import { findRun } from '../find-run.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'

/** What the coach says of a run, the weightiest first, each with the command that does something about it. */
export function coachRun(project: string, reference: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const { run, epochs } = await client.runs.get({ run: await findRun(client, reference) })
    const coach = await client.coach.ofRun({ run: run.id })
    printer.event({ event: 'coach', run: run.id, ...coach })
    if (coach.findings.length === 0) printer.line(coach.isEarly ? coachWords.early : coachWords.good(run, epochs, coach))
    for (const finding of coach.findings) for (const line of findingLines(finding, project, run)) printer.line(line)
    if (coach.roughness !== null) printer.line(coachWords.roughness(coach.roughness))
  })
}

/** After a training: what matters most, where something does. */
export async function tellMainFinding({ client, printer }: Session, project: string, run: RunSummary): Promise<void> {
  const [main] = (await client.coach.ofRun({ run: run.id })).findings
  if (main !== undefined) for (const line of findingLines(main, project, run)) printer.line(line)
}
