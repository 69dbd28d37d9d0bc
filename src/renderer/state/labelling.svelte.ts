import type { WireError } from '../../main/contract/errors.ts'
import type { Image } from '../../main/contract/images.ts'
import type { LabelTimes } from './label-times.svelte.ts'
import type { LabelDoor } from './labelling-door.ts'
import { LabelSession, type LabelGiven, type LabelSource, type LabelTask } from './labelling-session.ts'
import { wireErrorOf } from './remote.svelte.ts'

/** More photos are fetched while fewer than this come after the one that is shown: a minute of the fastest fingers. */
const ahead = 300

/** A key that waits for its turn, and what ends its waiting where it is dropped. */
interface HeldKey {
  readonly obey: () => void
  readonly drop?: () => void
}

/**
 * A session and its studio. Keys are obeyed at once and in their order; what they ask for is written by one request after the other.
 */
export class Labelling {
  /** The photo stays when it got its class. */
  stays = $state(false)
  /** Why the photos could not be read. */
  error = $state.raw<WireError | null>(null)
  /** Whether the first photos of the row have been read. */
  isRead = $state(false)
  #shown = $state.raw<{ readonly session: LabelSession }>({ session: new LabelSession({ kind: 'unlabelled' }) })
  readonly #door: LabelDoor
  readonly #now: () => number
  readonly #lost: (error: WireError) => void
  readonly #times: LabelTimes
  #seen = { first: 0, last: 0 }
  /** Tasks that wait for their turn or are being written, and how many have been. */
  #writing = 0
  #written = 0
  #isFetching = false
  /** What a label that was given had found, and its step of the history: what taking it back needs. Absent where it failed. */
  readonly #given = new Map<LabelGiven, { readonly before: number | null; readonly step: number | null }>()
  /** Photos that have changed by other hands and are read again when they are seen. */
  readonly #stale = new Set<string>()
  /** Keys pressed while a class is made: they are meant for the photos after it. */
  #held: HeldKey[] | null = null
  #hasLeft = false

  /** `lost`: told of a label that failed when nobody looks at its row any more. `times`: those of rows that were left, here or before. */
  constructor(
    door: LabelDoor,
    { now, lost, times }: { readonly now: () => number; readonly lost: (error: WireError) => void; readonly times: LabelTimes },
  ) {
    this.#door = door
    this.#now = now
    this.#lost = lost
    this.#times = times
  }

  /** Always to be read from here: who keeps the object is not told when something in it changes. */
  get session(): LabelSession {
    return this.#shown.session
  }

  /** When labels were given since the project was opened, oldest first, ms. */
  get labelTimesMs(): readonly number[] {
    return [...this.#times.all, ...this.session.labelTimesMs]
  }

  /** Begins with the photos of a source. Labels that are not written yet will be. */
  async begin(source: LabelSource): Promise<void> {
    this.#times.add(this.session.labelTimesMs)
    this.#stale.clear()
    this.isRead = false
    this.#shown = { session: new LabelSession(source) }
    await this.fetch()
  }

  /** The page is left: labels that fail from now on are told by `lost`. */
  leave(): void {
    this.#times.add(this.session.labelTimesMs)
    this.#hasLeft = true
  }

  /** `isAccepted`: the class was suggested. */
  give(classId: number | null, { isAccepted = false }: { readonly isAccepted?: boolean } = {}): void {
    this.#press(() => this.#ask(this.session.give(classId, { atMs: this.#now(), stays: this.stays, isAccepted })))
  }

  /**
   * Gives the shown photo a class that `make` makes. Keys pressed meanwhile come after it, another new class among them; where it fails,
   * they are dropped: they were meant for other photos.
   */
  async giveNew(make: () => Promise<number>): Promise<void> {
    const before = this.#held
    if (before !== null) {
      return new Promise((resolve, reject) => before.push({ obey: () => void this.giveNew(make).then(resolve, reject), drop: resolve }))
    }
    this.#held = []
    let classId: number
    try {
      classId = await make()
    } catch (error) {
      for (const { drop } of this.#release()) drop?.()
      throw error
    }
    const held = this.#release()
    this.give(classId)
    this.#obey(held)
  }

  skip(): void {
    this.#press(() => this.session.skip(this.#now()))
  }

  /** Takes the last thing back that was done in this row; answers false where there is none. */
  takeBack(): boolean {
    if (this.#held === null && !this.session.canGoBack) return false
    this.#press(() => this.#ask(this.session.takeBack()))
    return true
  }

  /** Does again what was taken back last in this row; answers false where there is none. */
  doAgain(): boolean {
    if (this.#held === null && !this.session.canGoOn) return false
    this.#press(() => this.#ask(this.session.doAgain({ atMs: this.#now(), stays: this.stays })))
    return true
  }

  go(place: number): void {
    this.#press(() => this.session.go(place))
  }

  move(by: number): void {
    this.#press(() => this.session.go(this.session.cursor + by))
  }

  again(): void {
    this.#press(() => this.session.again())
  }

  retry(): void {
    for (const task of this.session.retry()) this.#enqueue(task)
    this.#changed()
  }

  forgetFailures(): void {
    this.session.forgetFailures()
    this.#changed()
  }

  /** Photos from `first` to `last` are on the screen: those that have changed by other hands are read again. */
  async see(first: number, last: number): Promise<void> {
    this.#seen = { first, last }
    if (last + ahead > this.session.length && this.session.beyond > 0) void this.fetch()
    const { session } = this
    const hashes: string[] = []
    for (let place = first; place <= last; place++) {
      const hash = session.at(place)?.hash
      if (hash !== undefined) hashes.push(hash)
    }
    await this.#readStale(session, hashes)
  }

  async #readStale(session: LabelSession, among: readonly string[]): Promise<void> {
    const hashes = among.filter((hash) => this.#stale.delete(hash))
    if (hashes.length === 0) return
    const isRead = await this.#tell(async () => {
      for (const image of await Promise.all(hashes.map((hash) => this.#door.get(hash)))) session.reread(image)
      return true
    })
    if (isRead !== true && session === this.session) for (const hash of hashes) this.#stale.add(hash)
  }

  /** Labels or classes have changed in the project, perhaps by our own hands: what others changed is read again. */
  async labelsChanged(): Promise<void> {
    if (this.#writing > 0) return
    const hasMoved = await this.#tell(() => this.#door.hasMoved())
    if (hasMoved === true) await this.readAgain()
  }

  /** Photos came or went, or the connection was away, and nobody knows what was written: everything is read again when it is seen. */
  async readAgain(): Promise<void> {
    const { session } = this
    for (let place = 0; place < session.length; place++) {
      const photo = session.at(place)
      if (photo !== null) this.#stale.add(photo.hash)
    }
    await this.see(this.#seen.first, this.#seen.last)
    await this.fetch({ always: true })
    // A row that is done says how many are left of it.
    if (session === this.session && session.current === null) await this.#readStale(session, session.unlabelledHashes)
  }

  /** Fetches photos that belong to the row and are not in it: where few are left in it, or `always`, to learn of new ones. */
  async fetch({ always = false } = {}): Promise<void> {
    const { session } = this
    const isEnough = this.isRead && session.current !== null && (session.beyond === 0 || session.length - session.cursor > ahead)
    if (this.#isFetching || (isEnough && !always)) return
    this.#isFetching = true
    const isRead = await this.#tell(async () => {
      await this.#fetchInto(session)
      return true
    })
    this.#isFetching = false
    if (session !== this.session) return this.fetch()
    if (isRead === true) this.isRead = true
  }

  /** Others teach most by now: those that come next are read anew. Nothing happens for any other source. */
  async renew(): Promise<void> {
    const { session } = this
    if (session.source.kind !== 'useful') return
    await this.#tell(async () => {
      const { images, total } = await this.#door.list(session.source, 0)
      if (session === this.session) session.renew(images, total)
    })
  }

  async #fetchInto(session: LabelSession): Promise<void> {
    // What belongs to the source and is in the row comes first in the studio's order too, unless photos came back from the trash.
    const answer = await this.#list(session, session.belonging)
    if (session.add(answer.images, answer.total) > 0 || session.beyond === 0) return
    for (let offset = 0; offset < answer.total;) {
      const { images, total } = await this.#list(session, offset)
      if (images.length === 0 || session.add(images, total) > 0) return
      offset += images.length
    }
  }

  /** What a list says of photos that are in the row counts where nothing was written meanwhile. */
  async #list(session: LabelSession, offset: number): Promise<{ readonly total: number; readonly images: readonly Image[] }> {
    const written = this.#written
    const answer = await this.#door.list(session.source, offset)
    if (written === this.#written && session === this.session) {
      for (const image of answer.images) if (this.#stale.delete(image.hash)) session.reread(image)
    }
    return answer
  }

  /** One of the keys may be a new class: those after it then wait for that. */
  #obey(held: readonly HeldKey[]): void {
    for (const [index, key] of held.entries()) {
      key.obey()
      if (this.#held !== null) return void this.#held.push(...held.slice(index + 1))
    }
  }

  #release(): readonly HeldKey[] {
    const held = this.#held ?? []
    this.#held = null
    return held
  }

  #press(key: () => void): void {
    if (this.#held !== null) {
      this.#held.push({ obey: () => this.#press(key) })
      return
    }
    key()
    this.#changed()
    if (this.session.current === null || this.session.beyond > 0) void this.fetch()
  }

  #ask(task: LabelTask | null): void {
    if (task !== null) this.#enqueue(task)
  }

  #enqueue(task: LabelTask): void {
    const { session } = this
    this.#writing += 1
    void this.#door.inTurn(() => this.#write(session, task))
  }

  /** Never rejects: what fails is shown in its row, or told where nobody looks at that. */
  async #write(session: LabelSession, task: LabelTask): Promise<void> {
    try {
      session.settled(task, task.kind === 'give' ? await this.#give(session, task) : await this.#undo(session, task))
    } catch (thrown) {
      const error = wireErrorOf(thrown)
      const before = session.labelTimesMs
      session.failed(task, error)
      if (error.code === 'CONNECTION_LOST') this.#stale.add(task.hash)
      if (this.#hasLeft || session !== this.session) {
        this.#times.replace(before, session.labelTimesMs)
        this.#lost(error)
      }
    }
    this.#writing -= 1
    this.#written += 1
    this.#changed()
    // What was on its way was not counted: now it is known whether there are more photos.
    if (this.#writing === 0 && this.session.current === null) void this.fetch()
  }

  async #give(session: LabelSession, given: LabelGiven): Promise<number | null> {
    const before = session.writtenOf(given.hash)
    const step =
      (await this.#redo(given)) ?? (await this.#door.set(given.hash, given.classId, given.isAccepted === true ? 'suggestion' : 'person'))
    this.#given.set(given, { before, step })
    return given.classId
  }

  /** By the history where it can, as `#undo` does. Answers the step that was done again; null where there was none. */
  async #redo({ again }: LabelGiven): Promise<number | null> {
    const step = again === undefined ? null : (this.#given.get(again)?.step ?? null)
    return step !== null && (await this.#door.redo(step)) ? step : null
  }

  /** By the history where it can, so that undo and redo stay what people expect; else by writing the label that was there. */
  async #undo(session: LabelSession, { hash, given }: Extract<LabelTask, { kind: 'take-back' }>): Promise<number | null> {
    const done = this.#given.get(given)
    if (done === undefined) return session.writtenOf(hash)
    if (done.step === null || !(await this.#door.undo(done.step))) await this.#door.set(hash, done.before)
    return done.before
  }

  /** Runs a question whose failure is shown in place of the photos; null where it failed. */
  async #tell<T>(work: () => Promise<T>): Promise<T | null> {
    let answer: T | null = null
    try {
      answer = await work()
      this.error = null
    } catch (thrown) {
      const error = wireErrorOf(thrown)
      // The banner tells of a lost connection, and all is read again once it is back.
      if (error.code !== 'CONNECTION_LOST' && error.code !== 'CANCELLED') this.error = error
    }
    this.#changed()
    return answer
  }

  #changed(): void {
    this.#shown = { session: this.#shown.session }
  }
}
