/**
 * Keeps up to `count` of the places that are offered, drawn with chances in proportion to their weights and without going back (Efraimidis and
 * Spirakis, Information Processing Letters 97, 2006): no photo with any doubt is without a chance, and only the kept ones take memory.
 */
export class LeastSure {
  readonly #count: number
  readonly #random: () => number
  /** A heap: the smallest key is first. */
  readonly #kept: { readonly key: number; readonly place: number }[] = []

  constructor(count: number, random: () => number) {
    this.#count = count
    this.#random = random
  }

  /** `weight`: 0 or more. */
  offer(place: number, weight: number): void {
    const key = Math.log(1 - this.#random()) / Math.max(weight, 1e-6)
    if (this.#kept.length < this.#count) {
      this.#kept.push({ key, place })
      this.#up(this.#kept.length - 1)
    } else if (key > (this.#kept[0]?.key ?? Infinity)) {
      this.#kept[0] = { key, place }
      this.#down()
    }
  }

  /** In their order. */
  places(): number[] {
    return this.#kept.map(({ place }) => place).sort((a, b) => a - b)
  }

  #up(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1
      if (this.#keyAt(parent) <= this.#keyAt(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #down(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1
      const smaller = this.#keyAt(left + 1) < this.#keyAt(left) ? left + 1 : left
      if (this.#keyAt(smaller) >= this.#keyAt(at)) return
      this.#swap(at, smaller)
      at = smaller
    }
  }

  #keyAt(at: number): number {
    return this.#kept[at]?.key ?? Infinity
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#kept[a], this.#kept[b]]
    if (one === undefined || other === undefined) return
    this.#kept[a] = other
    this.#kept[b] = one
  }
}
