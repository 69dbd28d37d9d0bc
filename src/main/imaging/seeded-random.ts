/** Numbers in [0, 1). `state()`: the seed of a generator that goes on where this one is. */
export interface Random {
  (): number
  readonly state: () => number
}

/** From a 32-bit seed: mulberry32 (T. Ettinger, public domain). The same on every machine. */
export function makeRandom(seed: number): Random {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return Object.assign(next, { state: () => state })
}
