import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { NetworkOrigin, OwnNetworkName } from '../../contract/backbones.ts'
import { Sha256 } from '../fetching/package-source.ts'
import { hasCode } from '../put-in-place.ts'

/** What tells of a network of one's own, beside its `network.json` and `tensors.bin`. */
export const ownNetworkFile = 'own.json'

/** No such file is anywhere near this long. */
const limitBytes = 64 * 1024
/** More than anybody has, so that a folder from elsewhere cannot keep the studio reading. */
const mostNetworks = 500
/** Digits of its hash that its id shows. */
const idDigits = 12

/** The same network has the same id on every computer. */
export function ownId(hash: string): string {
  return `own-${hash.slice(0, idDigits)}`
}

export function isOwnId(id: string): boolean {
  return new RegExp(`^own-[0-9a-f]{${idDigits}}$`).test(id)
}

const count = z.int().nonnegative()
const OwnNetworkText = z.strictObject({
  formVersion: z.literal(1),
  /** Identity of the network: the SHA-256 of its `network.json`. */
  hash: Sha256,
  name: OwnNetworkName,
  licence: z.string().max(1000),
  /** What it was made from, the nearest first. */
  origin: z.array(NetworkOrigin).max(50),
  addedAtMs: z.int(),
  facts: z.strictObject({
    parameters: count,
    inputSizePx: z.int().min(1).max(2048),
    featureDim: z.int().min(1).max(16_777_216),
    megaMacs: count,
    sizeBytes: count,
    cuts: z.array(z.string().min(1).max(100)).max(2000),
  }),
})
export type OwnNetworkText = z.infer<typeof OwnNetworkText>
export type OwnNetwork = OwnNetworkText & { readonly id: string }

/**
 * What is told of the network `id` in `folder`; null where there is none, and where the file is not what it should be: a project may come from
 * elsewhere, and a network that nothing is known of is as good as none.
 */
export function readOwnNetwork(folder: string, id: string): OwnNetwork | null {
  try {
    const path = join(folder, id, ownNetworkFile)
    const found = statSync(path)
    if (!found.isFile() || found.size > limitBytes) return null
    const text = OwnNetworkText.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return text.success && ownId(text.data.hash) === id ? { ...text.data, id } : null
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return null
    throw error
  }
}

/** All of a folder; none where it is not there. */
export function ownNetworksIn(folder: string): readonly OwnNetwork[] {
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return []
    throw error
  }
  return names
    .filter(isOwnId)
    .slice(0, mostNetworks)
    .flatMap((id) => readOwnNetwork(folder, id) ?? [])
}
