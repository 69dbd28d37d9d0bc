export { makeRandom, type Random } from '../imaging/seeded-random.ts'

/** Puts `values` into a random order, in place (Fisher-Yates). */
export function shuffle(values: Int32Array, random: () => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const held = values[last] as number
    values[last] = values[other] as number
    values[other] = held
  }
}
