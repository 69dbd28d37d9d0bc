import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BackboneId } from '../../contract/backbones.ts'
import { StudioError } from '../../contract/errors.ts'
import { PackageSource, Sha256, WantedFile } from '../fetching/package-source.ts'

/** One number for all of red, green and blue, or one for each. */
const perChannel = z.union([z.number(), z.tuple([z.number(), z.number(), z.number()])])

const CatalogEntry = z.strictObject({
  id: BackboneId,
  name: z.string(),
  plainName: z.string(),
  /** Two plain lines for someone who has never trained. */
  description: z.string(),
  family: z.string(),
  licence: z.string(),
  parameters: z.int(),
  inputSizePx: z.int(),
  /** The network sees `pixel * scale + offset` for RGB 0..255. */
  scaling: z.strictObject({ scale: perChannel, offset: perChannel }),
  featureDim: z.int(),
  megaMacs: z.int(),
  /** Of the converted network on disk. */
  sizeBytes: z.int(),
  /** Identity of the converted network: the SHA-256 of its `network.json`. */
  networkSha256: Sha256,
  /** Where it can be cut for fine-tuning, from the picture to the features. */
  cuts: z.array(z.string()),
  /**
   * Smallest and largest value at each place of the network that is not clipped to 0..6, in the order of its ops: what its form in 8 bits is made
   * with. Measured over photos with `e2e/bench/int8-ranges-process.ts`; absent: it has no such form.
   */
  int8Ranges: z.array(z.tuple([z.number(), z.number()])).optional(),
  /** Fetched when somebody asks for it, and not with the others at the start. */
  onDemand: z.boolean().optional(),
  /** Tried in order. Each holds all files. */
  sources: z.array(PackageSource).min(1),
  files: z.array(WantedFile).min(1),
})
export type CatalogEntry = z.infer<typeof CatalogEntry>

const Catalog = z.strictObject({ backbones: z.array(CatalogEntry).min(1) })

/** The backbones that the studio knows, the preferred one first (`backbones/catalog.json` of the resources). */
export function readCatalog(resourcesDir: string): readonly CatalogEntry[] {
  return Catalog.parse(JSON.parse(readFileSync(join(resourcesDir, 'backbones', 'catalog.json'), 'utf8'))).backbones
}

/** Throws `BACKBONE_UNKNOWN`. */
export function catalogEntry(resourcesDir: string, id: string): CatalogEntry {
  const catalog = readCatalog(resourcesDir)
  const entry = catalog.find((candidate) => candidate.id === id)
  if (entry === undefined) throw new StudioError('BACKBONE_UNKNOWN', { backbone: id, known: catalog.map((known) => known.id) })
  return entry
}
