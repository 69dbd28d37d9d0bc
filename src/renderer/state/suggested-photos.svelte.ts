import type { StudioClient } from '../../main/contract/contract.ts'
import type { WireError } from '../../main/contract/errors.ts'
import type { Image } from '../../main/contract/images.ts'
import type { Suggestion } from '../../main/contract/suggestions.ts'
import { wireErrorOf } from './remote.svelte.ts'
import type { Steps } from './steps.ts'

/** What a person has decided of a photo on the screen; `suggested`: nothing, so that it goes with the others. */
export type Decision = { readonly kind: 'suggested' } | { readonly kind: 'out' } | { readonly kind: 'given'; readonly classId: number }

/** A photo that looks like the class that is shown. */
export interface SuggestedPhoto {
  readonly image: Image
  /** 0..1. */
  readonly confidence: number
}

const suggested: Decision = { kind: 'suggested' }
const out: Decision = { kind: 'out' }
/** Above it 92 to 99 of 100 suggestions were right on the sets they were measured on; what is less sure has to be looked at one by one. */
const sureFrom = 0.9

/**
 * A screenful of the photos that look like one class, the surest first. Those that are not taken out get the class all at once, and those that are not
 * sure are out at first; what was out is passed over until it is asked for again.
 */
export class SuggestedPhotos {
  classId = $state<number | null>(null)
  photos = $state.raw<readonly SuggestedPhoto[]>([])
  /** Photos that look like the class and have none, those on the screen and those passed over included; null until it is known. */
  total = $state<number | null>(null)
  /** Place of the photo that the keys mean. */
  cursor = $state(0)
  error = $state.raw<WireError | null>(null)
  #decisions = $state.raw<ReadonlyMap<string, Decision>>(new Map())
  readonly #passed = new Set<string>()
  readonly #client: StudioClient
  readonly #steps: Pick<Steps, 'step'>
  #atOnce = 24
  #asked = 0

  constructor(client: StudioClient, steps: Pick<Steps, 'step'>) {
    this.#client = client
    this.#steps = steps
  }

  decision(hash: string): Decision {
    const confidence = this.photos.find(({ image }) => image.hash === hash)?.confidence ?? 0
    return this.#decisions.get(hash) ?? (confidence < sureFrom ? out : suggested)
  }

  /** Those on the screen that would get the class now. */
  get accepted(): readonly string[] {
    return this.photos.flatMap(({ image }) => (this.decision(image.hash).kind === 'suggested' ? [image.hash] : []))
  }

  /** How many photos of the class nobody has decided about, here or behind. */
  get left(): number {
    const decided = this.photos.filter(({ image }) => (this.#decisions.get(image.hash) ?? suggested).kind !== 'suggested').length
    return Math.max(0, (this.total ?? 0) - this.#passed.size - decided)
  }

  get hasPassed(): boolean {
    return this.#passed.size > 0
  }

  /** Shows the photos of a class, as many as there is room for. Those that are on the screen stay where nothing else is asked for. */
  async show(classId: number, atOnce: number): Promise<void> {
    const isOther = classId !== this.classId
    if (!isOther && atOnce === this.#atOnce && this.photos.length > 0) return
    this.classId = classId
    this.#atOnce = atOnce
    if (isOther) {
      this.photos = []
      this.total = null
      this.#passed.clear()
    }
    await this.#fill()
  }

  /** Those that were passed over come again. */
  async again(): Promise<void> {
    this.#passed.clear()
    await this.#fill()
  }

  /** Labels or photos have changed elsewhere: those on the screen are read again where nothing is decided of them. */
  async refresh(): Promise<void> {
    if (!this.#hasDecided) await this.#fill({ isRefresh: true })
  }

  /**
   * Photos were judged anew. Those on the screen stay: one key accepts all of them, and that has to be what was looked at. Where there is room
   * others come after them, also those whose class was taken back.
   */
  async judged(): Promise<void> {
    await this.#fill({ isMore: true })
  }

  go(place: number): void {
    this.cursor = Math.max(0, Math.min(this.photos.length - 1, place))
  }

  /** Takes a photo out, or back in. One that got its own class stays with it. */
  toggle(place: number): void {
    const photo = this.photos[place]
    if (photo === undefined) return
    const { kind } = this.decision(photo.image.hash)
    this.cursor = place
    if (kind !== 'given') this.#decide(photo.image.hash, kind === 'out' ? suggested : out)
  }

  /** Takes all in, or all out where all are in. Those that got their own class stay with it. */
  toggleAll(): void {
    const hashes = this.photos.map(({ image }) => image.hash).filter((hash) => this.decision(hash).kind !== 'given')
    const to = hashes.every((hash) => this.decision(hash).kind === 'suggested') ? out : suggested
    this.#decisions = new Map([...this.#decisions, ...hashes.map((hash) => [hash, to] as const)])
  }

  /** Gives the photo under the cursor its own class at once, and goes on to the next. */
  give(classId: number): void {
    const photo = this.photos[this.cursor]
    if (photo === undefined) return
    const { hash } = photo.image
    const before = this.decision(hash)
    this.#decide(hash, { kind: 'given', classId })
    this.go(this.cursor + 1)
    void this.#steps.step(async () => {
      try {
        await this.#client.labels.set({ hashes: [hash], classId, source: classId === this.classId ? 'suggestion' : 'person' })
      } catch (thrown) {
        this.#decide(hash, before)
        throw thrown
      }
    })
  }

  /** Gives the class to all that were not taken out, as one step of the history, and shows the next ones. Answers how many got it. */
  async accept(): Promise<number> {
    const { classId, accepted } = this
    if (classId === null) return 0
    for (const { image } of this.photos) if (this.decision(image.hash).kind === 'out') this.#passed.add(image.hash)
    this.photos = []
    let count = 0
    if (accepted.length > 0)
      await this.#steps.step(async () => {
        await this.#client.labels.set({ hashes: [...accepted], classId, source: 'suggestion' })
        count = accepted.length
      })
    if (classId === this.classId) await this.#fill()
    return count
  }

  /** Of a photo on the screen. */
  get #hasDecided(): boolean {
    return this.photos.some(({ image }) => this.#decisions.has(image.hash))
  }

  #decide(hash: string, decision: Decision): void {
    this.#decisions = new Map(this.#decisions).set(hash, decision)
  }

  /** `isRefresh`: what is decided meanwhile goes before the answer. `isMore`: what is on the screen stays. */
  async #fill({ isRefresh = false, isMore = false } = {}): Promise<void> {
    const { classId } = this
    if (classId === null) return
    const asked = ++this.#asked
    try {
      const filter = { suggested: classId }
      const order = { by: 'suggestion', descending: true } as const
      const { total, images } = await this.#client.images.list({ filter, order, offset: 0, limit: this.#passed.size + this.#atOnce })
      const shown = images.filter(({ hash }) => !this.#passed.has(hash)).slice(0, this.#atOnce)
      const told = shown.length === 0 ? [] : await this.#client.suggestions.of({ hashes: shown.map(({ hash }) => hash) })
      if (asked !== this.#asked || (isRefresh && this.#hasDecided)) return
      if (isMore && this.photos.length > 0) this.#add(shown, told, total)
      else this.#take(shown, told, total)
    } catch (thrown) {
      const error = wireErrorOf(thrown)
      if (asked === this.#asked && error.code !== 'CONNECTION_LOST') this.error = error
    }
  }

  #add(shown: readonly Image[], told: readonly Suggestion[], total: number): void {
    const here = new Set(this.photos.map(({ image }) => image.hash))
    const fresh = withConfidence(
      shown.filter(({ hash }) => !here.has(hash)),
      told,
    )
    this.photos = [...this.photos, ...fresh].slice(0, Math.max(this.#atOnce, this.photos.length))
    this.total = total
  }

  #take(shown: readonly Image[], told: readonly Suggestion[], total: number): void {
    this.photos = withConfidence(shown, told)
    this.total = total
    this.cursor = 0
    this.error = null
    this.#decisions = new Map()
  }
}

function withConfidence(images: readonly Image[], told: readonly Suggestion[]): SuggestedPhoto[] {
  const confidences = new Map(told.map(({ hash, confidence }) => [hash, confidence]))
  return images.map((image) => ({ image, confidence: confidences.get(image.hash) ?? 0 }))
}
