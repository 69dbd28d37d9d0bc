/**
 * Probabilities, in one order of classes, as they are with all logits divided by `temperature` (Guo et al., ICML 2017): p^(1 / temperature), normalised. Another
 * array. The likeliest class stays the likeliest, also where rounding made another one before it equal.
 */
export function temper(probabilities: Float32Array, temperature: number): Float32Array {
  if (temperature === 1) return probabilities
  const raised = Float64Array.from(probabilities, (each) => each ** (1 / temperature))
  const sum = raised.reduce((all, each) => all + each, 0)
  const tempered = Float32Array.from(raised, (each) => each / sum)
  const likeliest = probabilities.indexOf(Math.max(...probabilities))
  const largest = tempered[likeliest]!
  for (let index = 0; index < likeliest; index++) if (tempered[index]! >= largest) tempered[index] = largest * (1 - 2 ** -23)
  return tempered
}

/** Mean cross-entropy in nats of rows of probabilities, given the place of the class that is right in each; null where there are none. */
export function meanLoss(rows: readonly Float32Array[], labels: ArrayLike<number>): number | null {
  if (rows.length === 0) return null
  // As little as float32 can hold is what nothing is less likely than.
  const losses = rows.map((row, index) => -Math.log(Math.max(row[labels[index]!] ?? 0, 2 ** -126)))
  return losses.reduce((sum, loss) => sum + loss, 0) / rows.length
}
