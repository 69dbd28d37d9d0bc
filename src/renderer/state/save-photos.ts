import type { PhotoChoice, PhotoLayout } from '../../main/contract/photo-export.ts'
import type { Studio } from './studio.svelte.ts'

export interface PhotosToSave {
  readonly choice: PhotoChoice
  readonly withUnlabelled: boolean
  readonly layout: PhotoLayout
  readonly isZip: boolean
  /** A folder on the studio's machine; null: the browser downloads a zip. */
  readonly out: string | null
}

/** Starts to save photos and labels; the shelf shows how far it is. Throws what is refused before it begins. */
export async function savePhotos({ client, jobs }: Studio, order: PhotosToSave): Promise<void> {
  const { jobId } = await client.exporting.photos(order)
  if (order.out !== null) return jobs.watch(jobId)
  // What goes wrong is told as the end of any job.
  void jobs.finished(jobId).then(
    ({ state }) => state.state === 'succeeded' && downloadSaved(jobId),
    () => undefined,
  )
}

/** Has the browser fetch what this job packed. */
export function downloadSaved(jobId: string): void {
  const link = document.createElement('a')
  link.href = savedAddress(jobId)
  link.download = ''
  link.click()
}

export const savedAddress = (jobId: string): string => `/saved-photos/${jobId}`
