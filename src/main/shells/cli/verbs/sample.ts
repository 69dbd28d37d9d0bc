import { countOf } from '../../../../renderer/text/numbers.ts'
import { followJob } from '../follow-job.ts'
import { fromCaller } from '../../caller-paths.ts'
import { withStudio, type GlobalOptions, type Session } from '../session.ts'

export function sample(folder: string, options: GlobalOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const made = await makeSample(session, fromCaller(folder))
    session.printer.note(`Next: graft import sample.graft ${made.path} --label-from-folders`)
  })
}

/** Makes the sample pictures in `folder`, or in the studio's own folder. */
export async function makeSample(session: Session, folder: string | null): Promise<{ readonly path: string; readonly images: number }> {
  const { jobId } = await session.client.sample.make(folder === null ? {} : { folder })
  const { result } = await followJob(session, jobId, { kind: 'sample', onInterrupt: 'cancel', kept: 'Cancelling the download.' })
  session.printer.event({ event: 'sampled', path: result.path, images: result.images })
  session.printer.line(`${countOf(result.images, 'photo')} in ${result.path}`)
  return result
}
