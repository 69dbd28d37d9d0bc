import type { StudioClient } from '../../main/contract/contract.ts'
import { fromWireError, StudioError, type WireError } from '../../main/contract/errors.ts'
import type { Class } from '../../main/contract/labels.ts'
import type { Job } from '../../main/contract/jobs.ts'
import { cameraWords } from '../text/try.ts'
import { base64Of } from '../transport/picture-bytes.ts'
import { hashOfPicture } from './hash-of-picture.ts'
import type { Unsaved } from './leaving.svelte.ts'
import { wireErrorOf } from './remote.svelte.ts'

export interface RecordedPhoto {
  readonly id: number
  readonly hash: string
  /** Where the studio holds it. */
  readonly path: string
  /** A picture of it from memory. */
  readonly url: string
}

/** What was recorded between a press and its release. */
export interface Take {
  readonly id: number
  readonly classId: number
  readonly className: string
  readonly photos: readonly RecordedPhoto[]
  /** `failed` while it is recorded, or while it is saved: what was recorded is still held, and can be saved once more. */
  readonly state: { readonly state: 'recording' | 'saving' | 'saved' } | { readonly state: 'failed'; readonly error: WireError }
}

/** What is recorded with, and what of the studio is needed for it. */
export interface RecorderDoors {
  readonly client: Pick<StudioClient, 'images'>
  finished(jobId: string): Promise<Job>
  /** The picture that the camera shows now, as a JPEG. */
  frame(): Promise<Blob>
  /** Trashes photos as a step that can be undone. */
  trash(hashes: readonly string[]): Promise<void>
}

/** More would hardly differ from one another, and cost as much to look at as any other photo. */
const everyMs = 250

/**
 * Photos of a camera on their way into a class, take by take. Each photo is held by the studio before it is shown, one after the other, so that their
 * order stays and a slow line slows the recording; with the release the take is imported, with its class, as one step. Nothing that is shown
 * gets lost when the page is left: what is under way goes on, and a page that would close asks.
 */
export class Recorder implements Unsaved {
  takes = $state.raw<readonly Take[]>([])
  /** The picture has not changed since the last photo. */
  isStill = $state(false)
  readonly #doors: RecorderDoors
  readonly #seen = new Set<string>()
  #next = 1
  #active = $state<number | null>(null)
  #recording: Promise<void> = Promise.resolve()
  readonly #saving = new Set<Promise<void>>()

  constructor(doors: RecorderDoors) {
    this.#doors = doors
  }

  readonly current = $derived(this.takes.find(({ id }) => id === this.#active) ?? null)

  get isUnsaved(): boolean {
    return this.takes.some(({ state, photos }) => state.state !== 'saved' && photos.length > 0)
  }

  start({ id: classId, name: className }: Pick<Class, 'id' | 'name'>): void {
    if (this.#active !== null) return
    const take: Take = { id: this.#next++, classId, className, photos: [], state: { state: 'recording' } }
    this.takes = [...this.takes, take]
    this.#active = take.id
    this.#recording = this.#recording.then(() => this.#record(take.id))
  }

  /** Ends the take that is recorded; it is saved when its last photo is held. */
  stop(): void {
    const id = this.#active
    if (id === null) return
    this.#active = null
    this.isStill = false
    // The next take does not wait for it.
    const saved = this.#recording.then(() => this.save(id)).finally(() => this.#saving.delete(saved))
    this.#saving.add(saved)
  }

  async flush(): Promise<void> {
    this.stop()
    await Promise.all(this.#saving)
  }

  /** Takes photos out of a take: out of the project too, where they are in it. */
  async remove(takeId: number, photoIds: readonly number[]): Promise<void> {
    const take = this.#find(takeId)
    const gone = take?.photos.filter(({ id }) => photoIds.includes(id)) ?? []
    if (take === null || gone.length === 0) return
    if (take.state.state === 'saved') await this.#doors.trash(gone.map(({ hash }) => hash))
    const photos = take.photos.filter((photo) => !gone.includes(photo))
    for (const { url } of gone) URL.revokeObjectURL(url)
    if (photos.length > 0 || takeId === this.#active) this.#change(takeId, { photos })
    else this.takes = this.takes.filter(({ id }) => id !== takeId)
  }

  /** Lets go of the pictures in memory; what is under way goes on. */
  dispose(): void {
    for (const { photos } of this.takes) for (const { url } of photos) URL.revokeObjectURL(url)
  }

  async #record(takeId: number): Promise<void> {
    // A press that is shorter than a photo gives one all the same.
    for (let isFirst = true; isFirst || this.#active === takeId; isFirst = false) {
      const beganMs = performance.now()
      try {
        await this.#takePhoto(takeId)
      } catch (thrown) {
        this.#change(takeId, { state: { state: 'failed', error: wireErrorOf(thrown) } })
        if (this.#active === takeId) this.#active = null
        return
      }
      const leftMs = everyMs - (performance.now() - beganMs)
      if (this.#active === takeId && leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs))
    }
  }

  async #takePhoto(takeId: number): Promise<void> {
    const picture = await this.#doors.frame()
    const hash = await hashOfPicture(picture)
    this.isStill = this.#seen.has(hash)
    // The very same bytes are the same photo, which is in the project once.
    if (this.isStill) return
    this.#seen.add(hash)
    const id = this.#next++
    const base64 = base64Of(new Uint8Array(await picture.arrayBuffer()))
    const { path } = await this.#doors.client.images.hold({ name: cameraWords.photoName(new Date(), id), base64 })
    const photos = this.#find(takeId)?.photos ?? []
    this.#change(takeId, { photos: [...photos, { id, hash, path, url: URL.createObjectURL(picture) }] })
  }

  /** Saves a take, also once more after a failure. Failures stand at the take. */
  async save(id: number): Promise<void> {
    const take = this.#find(id)
    if (take === null || take.state.state === 'saving' || take.state.state === 'saved') return
    if (take.photos.length === 0) {
      if (take.state.state !== 'failed') this.takes = this.takes.filter((each) => each.id !== id)
      return
    }
    this.#change(id, { state: { state: 'saving' } })
    const paths = take.photos.map(({ path }) => path)
    try {
      const { jobId } = await this.#doors.client.images.addToClass({ paths, classId: take.classId, asOne: true })
      const { state } = await this.#doors.finished(jobId)
      if (state.state === 'failed') throw fromWireError(state.error)
      if (state.state === 'cancelled') throw new StudioError('CANCELLED', {})
      await this.#trashRemoved(id, take.photos)
      this.#change(id, { state: { state: 'saved' } })
    } catch (thrown) {
      this.#change(id, { state: { state: 'failed', error: wireErrorOf(thrown) } })
    }
  }

  /** Photos that were taken out while their take was on its way into the project. */
  async #trashRemoved(id: number, sent: readonly RecordedPhoto[]): Promise<void> {
    const kept = this.#find(id)?.photos ?? []
    const removed = sent.filter((photo) => !kept.includes(photo))
    if (removed.length > 0) await this.#doors.trash(removed.map(({ hash }) => hash))
  }

  #find(id: number): Take | null {
    return this.takes.find((take) => take.id === id) ?? null
  }

  #change(id: number, change: Partial<Pick<Take, 'photos' | 'state'>>): void {
    this.takes = this.takes.map((take) => (take.id === id ? { ...take, ...change } : take))
  }
}
