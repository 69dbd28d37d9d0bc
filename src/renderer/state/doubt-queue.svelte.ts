import type { StudioClient } from '../../main/contract/contract.ts'
import type { Doubt } from '../../main/contract/doubts.ts'
import { Remote } from './remote.svelte.ts'

type DoubtList = Awaited<ReturnType<StudioClient['doubts']['list']>>

/** What a person says of a label that is likely wrong. */
export type Decision = { readonly kind: 'keep' } | { readonly kind: 'change'; readonly classId: number } | { readonly kind: 'trash' }

/** What the queue asks the studio for. */
export interface DoubtDoor {
  list(): Promise<DoubtList>
  /** Ends when it is written, or told as failed; never rejects. */
  decide(hash: string, decision: Decision): Promise<void>
}

/**
 * Labels that are likely wrong, one after the other. A decision shows the next photo at once and is written behind it; one that fails, or is undone,
 * brings its photo back. Photos that were skipped come last.
 */
export class DoubtQueue {
  readonly #door: DoubtDoor
  readonly #list: Remote<DoubtList> = new Remote(() => this.#door.list())
  /** Decided and not known to be written. */
  #writing = $state.raw<ReadonlySet<string>>(new Set())
  #skipped = $state.raw<readonly string[]>([])
  #shown = $state.raw<string | null>(null)
  /** Photos that were decided here, oldest first: one of them that is open again was undone, or could not be written. */
  #decided: readonly string[] = []

  constructor(door: DoubtDoor) {
    this.#door = door
  }

  /** Those that are still to be decided, in the order in which they are shown. */
  readonly open: readonly Doubt[] = $derived.by(() => {
    const doubts = (this.#list.value?.doubts ?? []).filter(({ image }) => !this.#writing.has(image.hash))
    const placeOf = ({ image }: Doubt): number => this.#skipped.indexOf(image.hash)
    return doubts.toSorted((a, b) => placeOf(a) - placeOf(b))
  })
  readonly place = $derived(
    Math.max(
      0,
      this.open.findIndex(({ image }) => image.hash === this.#shown),
    ),
  )
  readonly current = $derived(this.open[this.place] ?? null)
  /** Also those beyond the part of the list that is here. */
  readonly left = $derived(Math.max(this.open.length, (this.#list.value?.left ?? 0) - this.#writing.size))
  readonly check = $derived(this.#list.value?.check ?? null)

  get isRead(): boolean {
    return this.#list.value !== null
  }

  get error() {
    return this.#list.error
  }

  /** Reads the list again. What was undone meanwhile is shown. */
  async reload(): Promise<void> {
    await this.#list.reload()
    this.#showReopened()
  }

  /** Decides the photo that is shown, and shows the next one. */
  async decide(decision: Decision): Promise<void> {
    const { current } = this
    if (current === null) return
    const { hash } = current.image
    this.#shown = this.#after()
    this.#decided = [...this.#decided.filter((each) => each !== hash), hash]
    this.#writing = new Set([...this.#writing, hash])
    await this.#door.decide(hash, decision)
    await this.#list.reload()
    this.#writing = new Set([...this.#writing].filter((each) => each !== hash))
    this.#showReopened()
  }

  /** Leaves the photo that is shown for the end. */
  skip(): void {
    const { current } = this
    if (current === null) return
    const { hash } = current.image
    this.#shown = this.#after()
    this.#skipped = [...this.#skipped.filter((each) => each !== hash), hash]
  }

  move(by: number): void {
    this.go(this.place + by)
  }

  go(place: number): void {
    this.#shown = this.open[Math.min(Math.max(0, place), this.open.length - 1)]?.image.hash ?? null
  }

  /** The photos whose turn comes next. */
  upcoming(count: number): readonly string[] {
    return this.open.slice(this.place + 1, this.place + 1 + count).map(({ image }) => image.hash)
  }

  /**
   * Shows the photo that was decided here and is open again. Of several it is the one that was decided first: undo takes the last one back first. Not by
   * what is derived for the page, which may have been left while something was written.
   */
  #showReopened(): void {
    const listed = new Set(this.#list.value?.doubts.map(({ image }) => image.hash))
    const reopened = this.#decided.filter((hash) => listed.has(hash) && !this.#writing.has(hash))
    const [first] = reopened
    if (first === undefined) return
    this.#decided = this.#decided.filter((hash) => !reopened.includes(hash))
    this.#shown = first
  }

  /** After the last one come those before it that are left. */
  #after(): string | null {
    return (this.open[this.place + 1] ?? this.open[0])?.image.hash ?? null
  }
}
