import type { NetworkRows } from './network-rows.ts'
import type { Turns } from './turns.ts'

/** What `run` makes of images, a batch at a time: row-major [hashes, dim]. Throws the reason of the turns' signal. */
export async function inBatches(
  {
    rows,
    hashes,
    batchSize,
    turns,
  }: { readonly rows: NetworkRows; readonly hashes: readonly string[]; readonly batchSize: number; readonly turns: Turns },
  dim: number,
  run: (values: Float32Array, count: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const result = new Float32Array(hashes.length * dim)
  for (let from = 0; from < hashes.length; from += batchSize) {
    const batch = hashes.slice(from, from + batchSize)
    result.set(await run(rows.read(batch), batch.length), from * dim)
    await turns.give(false)
  }
  return result
}
