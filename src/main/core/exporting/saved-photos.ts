import type { PhotoExportReport } from '../../contract/photo-export.ts'
import type { StudioContext } from '../context.ts'

/** What the export of photos with this id has written, if it is known and has ended well. */
export function savedPhotos({ jobs }: Pick<StudioContext, 'jobs'>, jobId: string): PhotoExportReport | null {
  const state = jobs.list().find(({ id }) => id === jobId)?.state
  return state?.state === 'succeeded' && state.result.kind === 'export-photos' ? state.result.report : null
}

/** Folders and zips that exports of photos have written since the project was opened. */
export function savedPhotoPlaces({ jobs }: Pick<StudioContext, 'jobs'>): readonly string[] {
  return jobs.list().flatMap(({ id }) => savedPhotos({ jobs }, id)?.path ?? [])
}
