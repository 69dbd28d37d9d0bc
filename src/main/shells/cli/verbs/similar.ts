import { StudioError } from '../../../contract/errors.ts'
import { countOf } from '../../../../renderer/text/numbers.ts'
import { photoWords } from '../../../../renderer/text/photos.ts'
import { findImages } from '../find-images.ts'
import { followJob } from '../follow-job.ts'
import { withProject, type GlobalOptions, type Session } from '../session.ts'
import { tableText } from '../table.ts'

export interface SimilarOptions extends GlobalOptions {
  readonly count: string
}

/** The photos that look most like one, the most similar first. What no network has looked at yet is looked at before. */
export function similarImages(project: string, reference: string, options: SimilarOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    const limit = Number(options.count)
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new StudioError('INVALID_INPUT', { reason: `--count must be a whole number from 1 to 1000, not ${options.count}` })
    const [hash] = await findImages(client, [reference], { trashed: false })
    if (hash === undefined) throw new StudioError('IMAGE_NOT_FOUND', { image: reference })
    await lookAtAll(session)
    const { images, missing } = await client.images.similar({ hash, limit })
    const classes = new Map((await client.classes.list()).map(({ id, name }) => [id, name]))
    const className = (classId: number | null): string | null => (classId === null ? null : (classes.get(classId) ?? null))
    for (const { image, similarity } of images) {
      printer.event({ hash: image.hash, name: image.name, class: className(image.classId), similarity })
    }
    const rows = images.map(({ image, similarity }) => [
      image.hash.slice(0, 8),
      image.name,
      className(image.classId) ?? '-',
      similarity.toFixed(3),
    ])
    printer.line(tableText(['photo', 'name', 'class', 'similarity'], rows))
    printer.note(missing > 0 ? photoWords.unseen(missing) : countOf(images.length, 'photo'))
  })
}

/** Lets the network look at the photos that it has not seen yet. */
export async function lookAtAll(session: Session): Promise<void> {
  if ((await session.client.features.state()).missing === 0) return
  const { jobId } = await session.client.features.extract()
  const kept = 'Stopping. What the network has looked at so far is kept.'
  await followJob(session, jobId, { kind: 'features', onInterrupt: 'cancel', kept })
}
