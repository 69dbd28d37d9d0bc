import { SvelteMap } from 'svelte/reactivity'
import { fromWireError, StudioError, type WireError } from '../../../main/contract/errors.ts'
import type { Class } from '../../../main/contract/labels.ts'
import { hashOfPicture } from '../../state/hash-of-picture.ts'
import { notSentError } from '../../state/not-sent.ts'
import { wireErrorOf } from '../../state/remote.svelte.ts'
import type { Studio } from '../../state/studio.svelte.ts'

export type Addition =
  | { readonly state: 'adding' }
  | { readonly state: 'added'; readonly className: string; readonly wasThere: boolean }
  | { readonly state: 'failed'; readonly error: WireError }

/** Tried photos on their way into the project, by the id of the photo. */
export class ProjectAdditions {
  readonly #of = new SvelteMap<number, Addition>()
  readonly #studio: Studio

  constructor(studio: Studio) {
    this.#studio = studio
  }

  of(id: number): Addition | null {
    return this.#of.get(id) ?? null
  }

  /** Imports the file that lies at `path` and gives it the class, as a step that can be undone. What fails stands at the photo. */
  async add(id: number, file: File, path: string, { id: classId, name }: Class): Promise<void> {
    if (this.#of.get(id)?.state === 'adding') return
    this.#of.set(id, { state: 'adding' })
    try {
      const wasThere = await this.#import(path)
      const hash = await hashOfPicture(file)
      const label = { isSet: false }
      await this.#studio.step(async () => {
        await this.#studio.client.labels.set({ hashes: [hash], classId })
        label.isSet = true
      })
      if (label.isSet) this.#of.set(id, { state: 'added', className: name, wasThere })
      else this.#of.delete(id)
    } catch (thrown) {
      this.#of.set(id, { state: 'failed', error: wireErrorOf(thrown) })
    }
  }

  /** Answers whether the photo was in the project before. Throws why it does not come in. */
  async #import(path: string): Promise<boolean> {
    const { client, jobs } = this.#studio
    const { jobId } = await client.images.import({ paths: [path], labelFromFolders: false })
    const { state } = await jobs.finished(jobId)
    if (state.state === 'failed') throw fromWireError(state.error)
    const result = state.state === 'succeeded' || state.state === 'cancelled' ? state.result : null
    if (result?.kind !== 'import' || result.report.cancelled) throw new StudioError('CANCELLED', {})
    const skipped = result.report.skipped.find(({ reason }) => reason !== 'duplicate')
    if (skipped !== undefined) throw fromWireError(notSentError(skipped))
    return result.report.images === 0
  }
}
