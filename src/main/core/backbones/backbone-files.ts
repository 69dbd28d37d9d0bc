import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Backbone } from '../../contract/backbones.ts'
import { StudioError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { catalogEntry, readCatalog, type CatalogEntry } from './catalog.ts'

/** Tried when the preferred backbone is not there. */
const fallbackBackbone = 'mobilenet-v2-035'

/** Where the converted network of a backbone lies. */
export function backboneFolder(resourcesDir: string, id: string): string {
  return join(resourcesDir, 'backbones', id)
}

/** What has to be true of `network.json` before its weights are looked at; the worker reads all of it. */
const NetworkFile = z.object({ tensors: z.object({ bytes: z.int(), sha256: z.string() }) })

/**
 * Why the network in `folder` is not the one of the catalog, or null. Small files are read; of the weights only the size is looked at: the
 * worker checks their hash each time it loads them.
 */
function whyNotReady(entry: CatalogEntry, folder: string): string | null {
  let json: Buffer
  let weightBytes: number
  try {
    json = readFileSync(join(folder, 'network.json'))
    weightBytes = statSync(join(folder, 'tensors.bin')).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'it has not been fetched'
    throw error
  }
  if (createHash('sha256').update(json).digest('hex') !== entry.networkSha256) return 'it was converted by another version; fetch it again'
  // From here on the content is known: it is the very file that the catalog was written for.
  const { tensors } = NetworkFile.parse(JSON.parse(json.toString('utf8')))
  return weightBytes === tensors.bytes ? null : 'its weights are not complete; fetch it again'
}

/** Whether the backbone has been fetched, verified and converted. */
export function isReady(resourcesDir: string, entry: CatalogEntry): boolean {
  return whyNotReady(entry, backboneFolder(resourcesDir, entry.id)) === null
}

/** `isReady`, with every byte of the weights read: a backbone that the worker found damaged has to be fetched again. */
export function isWhole(resourcesDir: string, entry: CatalogEntry): boolean {
  if (!isReady(resourcesDir, entry)) return false
  const folder = backboneFolder(resourcesDir, entry.id)
  const { tensors } = NetworkFile.parse(JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8')))
  return (
    createHash('sha256')
      .update(readFileSync(join(folder, 'tensors.bin')))
      .digest('hex') === tensors.sha256
  )
}

/** A backbone that is ready to use. Throws `BACKBONE_UNKNOWN` or `BACKBONE_MISSING`. */
export function backboneFiles(resourcesDir: string, id: string): BackboneFiles {
  const entry = catalogEntry(resourcesDir, id)
  const folder = backboneFolder(resourcesDir, id)
  const reason = whyNotReady(entry, folder)
  if (reason !== null) throw new StudioError('BACKBONE_MISSING', { backbone: id, reason })
  return { id, hash: entry.networkSha256, folder, inputSizePx: entry.inputSizePx, featureDim: entry.featureDim }
}

/** The backbone to use when nobody has chosen: the first of the catalog, its fallback, or whichever is there; the first when none is. */
export function defaultBackbone(resourcesDir: string): string {
  const catalog = readCatalog(resourcesDir)
  const [preferred] = catalog
  const wanted = [preferred, catalog.find(({ id }) => id === fallbackBackbone), ...catalog]
  const ready = wanted.find((entry) => entry !== undefined && isReady(resourcesDir, entry))
  return (ready ?? preferred)?.id ?? fallbackBackbone
}

/** Every backbone of the catalog with its state. */
export function listBackbones(resourcesDir: string): Omit<Backbone, 'int8'>[] {
  const chosen = defaultBackbone(resourcesDir)
  return readCatalog(resourcesDir).map((entry) => ({
    id: entry.id,
    name: entry.name,
    plainName: entry.plainName,
    description: entry.description,
    licence: entry.licence,
    parameters: entry.parameters,
    inputSizePx: entry.inputSizePx,
    featureDim: entry.featureDim,
    megaMacs: entry.megaMacs,
    sizeBytes: entry.sizeBytes,
    state: isReady(resourcesDir, entry) ? 'ready' : 'missing',
    isDefault: entry.id === chosen,
  }))
}
