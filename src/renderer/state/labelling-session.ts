import type { WireError } from '../../main/contract/errors.ts'
import type { Image } from '../../main/contract/images.ts'

/** Which photos are gone through. */
export type LabelSource =
  | { readonly kind: 'unlabelled' }
  /** Unlabelled photos that teach most when they are labelled next. */
  | { readonly kind: 'useful' }
  | { readonly kind: 'all' }
  | { readonly kind: 'class'; readonly classId: number }

/** Whether a photo is done with once it has a class. */
function isOpenOnly({ kind }: LabelSource): boolean {
  return kind === 'unlabelled' || kind === 'useful'
}

/** Something to ask the studio for. Tasks are done one after the other, in the order of the keys. */
export type LabelTask = LabelGiven | LabelTakenBack
export interface LabelGiven {
  readonly kind: 'give'
  readonly hash: string
  /** Null takes the label away. */
  readonly classId: number | null
  /** The class was suggested, and the person took it. */
  readonly isAccepted?: boolean
  /** What was taken back and is given once more. */
  readonly again?: LabelGiven
}
/** The label that was there before `given` comes back. */
export interface LabelTakenBack {
  readonly kind: 'take-back'
  readonly hash: string
  readonly given: LabelGiven
  /** What that was, as far as it is known when it is asked for. */
  readonly classId: number | null
}

/** A label that the studio could not write. */
export interface LabelFailure {
  readonly task: LabelTask
  readonly error: WireError
}

/** A photo that was dealt with: what Back returns to. `given` is null where nothing had to be written. */
interface Visit {
  readonly hash: string
  readonly kind: 'label' | 'skip'
  readonly given: LabelGiven | null
  /** What the photo was before, as it was shown. */
  readonly before: number | null
  readonly classId: number | null
  readonly atMs: number
}

/**
 * One person going through a row of photos. What is asked for is shown at once and written later: `tasks` holds what is not answered yet.
 * The row only grows, so that a photo keeps its place after it got its class. Knows no connection and no page.
 */
export class LabelSession {
  readonly source: LabelSource
  /** Place of the photo that is shown, 0 .. `length`; `length`: the row is done. */
  cursor = 0
  /** Photos that belong to the source and are not in the row yet. */
  beyond = 0
  readonly #photos: Image[] = []
  readonly #places = new Map<string, number>()
  /** What the studio has written, as far as it told. */
  readonly #written = new Map<string, number | null>()
  readonly #tasks: LabelTask[] = []
  /** The newest of the tasks of each photo. */
  readonly #newest = new Map<string, LabelTask>()
  readonly #visits: Visit[] = []
  /** Visits that were taken back since the last one that was made, the newest last: what redo does again. */
  #takenBack: Visit[] = []
  #failures: readonly LabelFailure[] = []

  constructor(source: LabelSource) {
    this.source = source
  }

  get length(): number {
    return this.#photos.length
  }

  /** Null: the row is done. */
  get current(): Image | null {
    return this.at(this.cursor)
  }

  at(place: number): Image | null {
    return this.#photos[place] ?? null
  }

  /** The label to show: the newest one asked for, else the written one. */
  labelOf(hash: string): number | null {
    const asked = this.#newest.get(hash)
    return asked === undefined ? this.writtenOf(hash) : asked.classId
  }

  /** Asked for and not answered, oldest first. */
  get tasks(): readonly LabelTask[] {
    return this.#tasks
  }

  get failures(): readonly LabelFailure[] {
    return this.#failures
  }

  hasFailed(hash: string): boolean {
    return this.#failures.some(({ task }) => task.hash === hash)
  }

  get canGoBack(): boolean {
    return this.#visits.length > 0
  }

  get canGoOn(): boolean {
    return this.#takenBack.length > 0
  }

  /** When the labels of this session were given, oldest first, ms; one of each photo. */
  get labelTimesMs(): readonly number[] {
    const times = new Map<string, number>()
    for (const { hash, kind, classId, atMs } of this.#visits) if (kind === 'label' && classId !== null) times.set(hash, atMs)
    return [...times.values()].sort((a, b) => a - b)
  }

  /** Photos still to do: without a label, or from the one that is shown on where all are gone through. */
  get left(): number {
    const inRow = isOpenOnly(this.source) ? this.unlabelled : this.length - this.cursor
    return inRow + this.beyond
  }

  /** Photos of the row that have no label. */
  get unlabelled(): number {
    let count = 0
    for (const { hash } of this.#photos) if (this.labelOf(hash) === null) count += 1
    return count
  }

  get unlabelledHashes(): readonly string[] {
    return this.#photos.flatMap(({ hash }) => (this.labelOf(hash) === null ? [hash] : []))
  }

  /** Photos of the row that belong to the source as the studio has it. */
  get belonging(): number {
    return this.#photos.filter(({ hash }) => this.#belongs(this.#written.get(hash) ?? null)).length
  }

  /** Up to `count` photos that come after the one that is shown, in their order. */
  upcoming(count: number): readonly string[] {
    const hashes: string[] = []
    for (let place = this.#after(this.cursor); place < this.length && hashes.length < count; place = this.#after(place)) {
      const photo = this.#photos[place]
      if (photo !== undefined) hashes.push(photo.hash)
    }
    return hashes
  }

  /**
   * Every photo that the next key may show, each once: those to deal with next, up to `count` on either side in the row, where the arrows
   * lead, and the one that Back leads to.
   */
  within(count: number): readonly string[] {
    const hashes = new Set(this.upcoming(count))
    for (let by = 1; by <= count; by++)
      for (const place of [this.cursor + by, this.cursor - by]) {
        const photo = this.at(place)
        if (photo !== null) hashes.add(photo.hash)
      }
    const back = this.#visits.at(-1)?.hash
    if (back !== undefined) hashes.add(back)
    return [...hashes]
  }

  /** Puts photos that are not in the row at its end. `total`: photos that belong to the source now. Answers how many were new. */
  add(images: readonly Image[], total: number): number {
    const before = this.length
    for (const image of images) {
      if (this.#places.has(image.hash)) continue
      this.#append(image)
      this.#written.set(image.hash, image.classId)
    }
    this.beyond = Math.max(0, total - this.belonging)
    return this.length - before
  }

  /**
   * The photos after the shown one that nothing was done with make room for `images`, in their order: others teach most by now. `total`: photos that belong
   * to the source now.
   */
  renew(images: readonly Image[], total: number): void {
    const isDone = new Set(this.#visits.map(({ hash }) => hash))
    const after = this.#photos.splice(this.cursor + 1)
    for (const { hash } of after) this.#places.delete(hash)
    for (const photo of after) if (isDone.has(photo.hash) || this.labelOf(photo.hash) !== null) this.#append(photo)
    this.add(images, total)
  }

  #append(photo: Image): void {
    this.#places.set(photo.hash, this.#photos.length)
    this.#photos.push(photo)
  }

  /** Takes what was read again of a photo; what is asked for and not answered goes before it. */
  reread({ hash, classId }: Image): void {
    if (this.#places.has(hash)) this.#written.set(hash, classId)
  }

  /** Gives the shown photo a class, or takes its label away, and goes on unless `stays`; a photo without a class is not gone on from. */
  give(
    classId: number | null,
    { atMs, stays, isAccepted = false }: { readonly atMs: number; readonly stays: boolean; readonly isAccepted?: boolean },
  ): LabelTask | null {
    const photo = this.current
    if (photo === null) return null
    const { hash } = photo
    const before = this.labelOf(hash)
    if (before === null && classId === null) return null
    const given = before === classId ? null : { kind: 'give' as const, hash, classId, ...(isAccepted ? { isAccepted } : {}) }
    this.#visit({ hash, kind: 'label', given, before, classId, atMs })
    this.#ask(given)
    if (classId !== null && !stays) this.cursor = this.#after(this.cursor)
    return given
  }

  skip(atMs: number): void {
    const photo = this.current
    if (photo === null) return
    this.#visit({ hash: photo.hash, kind: 'skip', given: null, before: null, classId: null, atMs })
    this.cursor = this.#after(this.cursor)
  }

  /** Takes the last thing back that was done and shows its photo again. */
  takeBack(): LabelTask | null {
    const visit = this.#visits.pop()
    if (visit === undefined) return null
    this.#takenBack.push(visit)
    this.cursor = this.#places.get(visit.hash) ?? this.cursor
    if (visit.given === null) return null
    const task = { kind: 'take-back', hash: visit.hash, given: visit.given, classId: visit.before } as const
    this.#ask(task)
    return task
  }

  /** Does again what was taken back last, at `atMs`, and goes on as it did then. */
  doAgain({ atMs, stays }: { readonly atMs: number; readonly stays: boolean }): LabelTask | null {
    const visit = this.#takenBack.pop()
    if (visit === undefined) return null
    this.cursor = this.#places.get(visit.hash) ?? this.cursor
    const given = visit.given === null ? null : { ...visit.given, classId: visit.classId, again: visit.given }
    this.#visits.push({ ...visit, given, before: this.labelOf(visit.hash), atMs })
    this.#ask(given)
    if (visit.kind === 'skip' || (visit.classId !== null && !stays)) this.cursor = this.#after(this.cursor)
    return given
  }

  go(place: number): void {
    this.cursor = Math.max(0, Math.min(this.length, place))
  }

  /** Shows the first photo without a label, or the first one of all where the source is not those. */
  again(): void {
    const first = this.#photos.findIndex(({ hash }) => this.labelOf(hash) === null)
    this.cursor = !isOpenOnly(this.source) ? 0 : first === -1 ? this.length : first
  }

  /** The studio has answered the oldest task; `written` is the label that the photo has now. */
  settled(task: LabelTask, written: number | null): void {
    this.#answered(task)
    this.#written.set(task.hash, written)
  }

  /** The studio could not do it: what is shown is what was there before. */
  failed(task: LabelTask, error: WireError): void {
    this.#answered(task)
    this.#failures = [...this.#failures.filter((each) => each.task.hash !== task.hash), { task, error }]
    const visit = this.#visits.findIndex(({ given }) => given === task)
    if (visit !== -1) this.#visits.splice(visit, 1)
  }

  writtenOf(hash: string): number | null {
    return this.#written.get(hash) ?? null
  }

  /** Asks once more for everything that failed. */
  retry(): readonly LabelTask[] {
    const tasks = this.#failures.map(({ task }): LabelTask => ({
      ...{ kind: 'give', hash: task.hash, classId: task.classId },
      ...(task.kind === 'give' && task.isAccepted === true ? { isAccepted: true } : {}),
    }))
    this.#failures = []
    for (const task of tasks) this.#ask(task)
    return tasks
  }

  forgetFailures(): void {
    this.#failures = []
  }

  /** Something new was done: what was taken back before is not done again. */
  #visit(visit: Visit): void {
    this.#visits.push(visit)
    this.#takenBack = []
  }

  #ask(task: LabelTask | null): void {
    if (task === null) return
    this.#failures = this.#failures.filter((each) => each.task.hash !== task.hash)
    this.#tasks.push(task)
    this.#newest.set(task.hash, task)
  }

  #answered(task: LabelTask): void {
    const place = this.#tasks.indexOf(task)
    if (place !== -1) this.#tasks.splice(place, 1)
    if (this.#newest.get(task.hash) === task) this.#newest.delete(task.hash)
  }

  #belongs(classId: number | null): boolean {
    switch (this.source.kind) {
      case 'unlabelled':
      case 'useful':
        return classId === null
      case 'all':
        return true
      case 'class':
        return classId === this.source.classId
      default:
        return this.source satisfies never
    }
  }

  /** The next place to deal with. */
  #after(place: number): number {
    if (!isOpenOnly(this.source)) return Math.min(this.length, place + 1)
    for (let next = place + 1; next < this.length; next++) {
      const photo = this.#photos[next]
      if (photo !== undefined && this.labelOf(photo.hash) === null) return next
    }
    return this.length
  }
}
