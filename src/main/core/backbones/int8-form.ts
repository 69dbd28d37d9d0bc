import { createHash } from 'node:crypto'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { knownBackbone, type BackbonePlaces } from './known-backbones.ts'

/** Raised whenever the same ranges give other numbers: features of both are never mixed. */
const version = 1
/** Digits of the ranges' hash that tell one choice of them from another. */
const keyDigits = 8

/** A backbone in whole numbers of 8 bits; null where no ranges are known for it. Throws `BACKBONE_UNKNOWN` and `BACKBONE_MISSING`. */
export function int8Form(places: BackbonePlaces, backbone: BackboneFiles): BackboneFiles | null {
  const ranges = knownBackbone(places, backbone.id).int8Ranges
  if (ranges === null) return null
  const key = createHash('sha256').update(JSON.stringify({ version, ranges })).digest('hex').slice(0, keyDigits)
  return { ...backbone, int8: { key, ranges } }
}
