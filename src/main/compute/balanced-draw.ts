import { shuffle } from './random.ts'

/**
 * Rows of one epoch, as many as there are, of which every class that has rows has as many as the others, or one more: of a rare class each row several times,
 * of a frequent one some. No row comes once more than another of its class. `classes`: of each row, 0..classCount-1. In random order.
 */
export function drawBalanced(classes: Int32Array, classCount: number, random: () => number): Int32Array {
  const rowsOf = Array.from({ length: classCount }, (): number[] => [])
  for (const [row, own] of classes.entries()) rowsOf[own]?.push(row)
  const present = rowsOf.filter((rows) => rows.length > 0)
  // Which classes have the one more is drawn too.
  const turns = Int32Array.from(present, (_, index) => index)
  shuffle(turns, random)
  const drawn: number[] = []
  for (const [turn, index] of turns.entries()) {
    const rows = Int32Array.from(present[index] ?? [])
    const wanted = Math.floor(classes.length / present.length) + (turn < classes.length % present.length ? 1 : 0)
    for (let from = 0; from < wanted; from += rows.length) {
      shuffle(rows, random)
      drawn.push(...rows.subarray(0, wanted - from))
    }
  }
  const order = Int32Array.from(drawn)
  shuffle(order, random)
  return order
}
