import type { Image } from '../../../../main/contract/images.ts'
import type { LookAlikeGroup } from '../../../../main/contract/look-alikes.ts'

/** Photos of one group that are drawn; of more their number is said. */
export const photosShown = 24

/** Which photo of which group keys are for. It stays at its place when a group before it, or its own, has been decided. */
export class GroupCursor {
  #group = $state(0)
  #photo = $state(0)
  readonly #groups: () => readonly LookAlikeGroup[]

  constructor(groups: () => readonly LookAlikeGroup[]) {
    this.#groups = groups
  }

  get group(): number {
    return Math.max(0, Math.min(this.#group, this.#groups().length - 1))
  }

  get photo(): number {
    return Math.max(0, Math.min(this.#photo, this.#lengthOf(this.group) - 1))
  }

  get image(): Image | null {
    return this.#groups()[this.group]?.images[this.photo] ?? null
  }

  /** Of the element that stands for the photo. */
  get id(): string {
    return `alike-${this.group}-${this.photo}`
  }

  choose(group: number, photo: number): void {
    this.#group = group
    this.#photo = photo
  }

  restart(): void {
    this.choose(0, 0)
  }

  /** Left and right among the photos of a group, up and down between groups, where the best one is meant first. */
  move(key: string): void {
    const [group, photo] = [this.group, this.photo]
    if (key === 'ArrowLeft') this.choose(group, Math.max(0, photo - 1))
    if (key === 'ArrowRight') this.choose(group, Math.min(this.#lengthOf(group) - 1, photo + 1))
    if (key === 'ArrowUp') this.choose(Math.max(0, group - 1), 0)
    if (key === 'ArrowDown') this.choose(Math.min(this.#groups().length - 1, group + 1), 0)
  }

  #lengthOf(group: number): number {
    return Math.min(photosShown, this.#groups()[group]?.images.length ?? 0)
  }
}
