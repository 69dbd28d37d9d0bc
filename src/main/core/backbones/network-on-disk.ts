import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { hasCode } from '../put-in-place.ts'

/** Where a network lies, and which one it should be. */
export interface NetworkPlace {
  readonly folder: string
  /** SHA-256 of its `network.json`. */
  readonly networkSha256: string
  /** What is told of a network of one's own, which `network.json` has to confirm: the words may come from elsewhere. Absent: nothing is asked. */
  readonly told?: { readonly inputSizePx: number; readonly featureDim: number; readonly cuts: readonly string[] } | undefined
}

/** What has to be true of `network.json` before its weights are looked at; the worker reads all of it. */
const NetworkFile = z.object({ tensors: z.object({ bytes: z.int(), sha256: z.string() }) })

const ToldFile = z.object({
  topology: z.object({ inputSizePx: z.int(), featureDim: z.int(), cuts: z.array(z.object({ name: z.string() })) }),
})

/** No topology is anywhere near this long. */
const topologyLimitBytes = 4 * 1024 * 1024

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Null for what is no plain file, or longer than any topology. */
function readTopology(path: string): Buffer | null {
  const found = statSync(path)
  return found.isFile() && found.size <= topologyLimitBytes ? readFileSync(path) : null
}

/** Why the expected network is not in its folder, or null: `absent`, `other` for another one, `incomplete`. */
export type NotThere = 'absent' | 'other' | 'incomplete'

/** Small files are read; of the weights only the size is looked at: the worker checks their hash each time it loads them. */
export function whyNotThere({ folder, networkSha256, told }: NetworkPlace): NotThere | null {
  let json: Buffer | null
  let weightBytes: number
  try {
    json = readTopology(join(folder, 'network.json'))
    weightBytes = statSync(join(folder, 'tensors.bin')).size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 'absent'
    throw error
  }
  if (json === null || hashOf(json) !== networkSha256) return 'other'
  // From here on the content is known: it is the very file that the hash was taken of. One of a project from elsewhere may still be anything.
  const text = json.toString('utf8')
  if (told !== undefined && !confirms(text, told)) return 'other'
  return weightBytes === NetworkFile.parse(JSON.parse(text)).tensors.bytes ? null : 'incomplete'
}

function confirms(text: string, { inputSizePx, featureDim, cuts }: NonNullable<NetworkPlace['told']>): boolean {
  let file: unknown
  try {
    file = JSON.parse(text)
  } catch {
    return false
  }
  const parsed = NetworkFile.and(ToldFile).safeParse(file)
  if (!parsed.success) return false
  const { topology } = parsed.data
  const isSame = topology.inputSizePx === inputSizePx && topology.featureDim === featureDim && topology.cuts.length === cuts.length
  return isSame && topology.cuts.every(({ name }, index) => name === cuts[index])
}

/** Whether the network is where it should be, as far as its small files say. */
export function isThere(place: NetworkPlace): boolean {
  return whyNotThere(place) === null
}

/** `isThere`, with every byte of the weights read. */
export function isThereWhole(place: NetworkPlace): boolean {
  if (!isThere(place)) return false
  const { tensors } = NetworkFile.parse(JSON.parse(readFileSync(join(place.folder, 'network.json'), 'utf8')))
  return hashOf(readFileSync(join(place.folder, 'tensors.bin'))) === tensors.sha256
}
