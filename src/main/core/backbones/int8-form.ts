import { createHash } from 'node:crypto'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { catalogEntry } from './catalog.ts'

/** Raised whenever the same ranges give other numbers: features of both are never mixed. */
const version = 1
/** Digits of the ranges' hash that tell one choice of them from another. */
const keyDigits = 8

/** A backbone of the catalogue in whole numbers of 8 bits; null where the catalogue has no ranges for it. Throws `BACKBONE_UNKNOWN`. */
export function int8Form(resourcesDir: string, backbone: BackboneFiles): BackboneFiles | null {
  const ranges = catalogEntry(resourcesDir, backbone.id).int8Ranges
  if (ranges === undefined) return null
  const key = createHash('sha256').update(JSON.stringify({ version, ranges })).digest('hex').slice(0, keyDigits)
  return { ...backbone, int8: { key, ranges } }
}
