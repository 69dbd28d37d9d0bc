/** Its own stream of random numbers, beside that of the order of the rows, which is the same with and without it. */
export const dropoutStream = 0xd209

/**
 * What features are multiplied by where a share of them is left out at random, as Keras and PyTorch have it (inverted dropout, Srivastava et al. 2014): 0 with
 * probability `share`, 0..1, else 1 / (1 - share), so that each is itself on average and nothing has to be scaled when answering.
 */
export function dropMask(length: number, share: number, random: () => number): Float32Array<ArrayBuffer> {
  const kept = 1 / (1 - share)
  const mask = new Float32Array(length)
  for (let i = 0; i < length; i++) mask[i] = random() < share ? 0 : kept
  return mask
}
