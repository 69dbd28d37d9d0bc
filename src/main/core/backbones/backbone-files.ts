import type { Backbone } from '../../contract/backbones.ts'
import { StudioError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { readCatalog, type CatalogEntry } from './catalog.ts'
import { backboneFolder, knownBackbone, knownBackbones, type BackbonePlaces, type KnownBackbone } from './known-backbones.ts'
import { isThere, isThereWhole, whyNotThere, type NetworkPlace, type NotThere } from './network-on-disk.ts'

/** Tried when the preferred backbone is not there. */
const fallbackBackbone = 'mobilenet-v2-035'

const reasons: Readonly<Record<NotThere, { readonly fetched: string; readonly own: string }>> = {
  absent: { fetched: 'it has not been fetched', own: 'its files are gone' },
  other: { fetched: 'it was converted by another version; fetch it again', own: 'its files are those of another network' },
  incomplete: { fetched: 'its weights are not complete; fetch it again', own: 'its weights are not complete' },
}

const inCatalogue = (resourcesDir: string, { id, networkSha256 }: CatalogEntry): NetworkPlace => ({
  networkSha256,
  folder: backboneFolder(resourcesDir, id),
})

/** Whether a backbone of the catalogue has been fetched, verified and converted. */
export function isReady(resourcesDir: string, entry: CatalogEntry): boolean {
  return isThere(inCatalogue(resourcesDir, entry))
}

/** `isReady`, with every byte of the weights read: a backbone that the worker found damaged has to be fetched again. */
export function isWhole(resourcesDir: string, entry: CatalogEntry): boolean {
  return isThereWhole(inCatalogue(resourcesDir, entry))
}

/** A backbone that is ready to use. Throws `BACKBONE_UNKNOWN` or `BACKBONE_MISSING`. */
export function backboneFiles(places: BackbonePlaces, id: string): BackboneFiles {
  const known = knownBackbone(places, id)
  const why = whyNotThere(known)
  if (why !== null) {
    const reason = reasons[why][known.place === 'catalogue' ? 'fetched' : 'own']
    throw new StudioError('BACKBONE_MISSING', { backbone: id, reason })
  }
  return filesOf(known)
}

function filesOf({ id, networkSha256, folder, inputSizePx, featureDim }: KnownBackbone): BackboneFiles {
  return { id, hash: networkSha256, folder, inputSizePx, featureDim }
}

/** The same, null where it is not there: a project may come from a machine that has other networks. */
export function readyBackbone(places: BackbonePlaces, id: string): BackboneFiles | null {
  try {
    return backboneFiles(places, id)
  } catch (error) {
    if (error instanceof StudioError) return null
    throw error
  }
}

/** Those of the catalogue that have been fetched, then one's own. */
export function readyBackbones(places: BackbonePlaces): readonly BackboneFiles[] {
  return knownBackbones(places).filter(isThere).map(filesOf)
}

/** The backbone to use when nobody has chosen: the first of the catalog, its fallback, or whichever is there; the first when none is. */
export function defaultBackbone(resourcesDir: string): string {
  const catalog = readCatalog(resourcesDir)
  const [preferred] = catalog
  const wanted = [preferred, catalog.find(({ id }) => id === fallbackBackbone), ...catalog]
  const ready = wanted.find((entry) => entry !== undefined && isReady(resourcesDir, entry))
  return (ready ?? preferred)?.id ?? fallbackBackbone
}

/** Every backbone with its state: those of the catalogue, then one's own, as they came. */
export function listBackbones(places: BackbonePlaces): Omit<Backbone, 'int8'>[] {
  const chosen = defaultBackbone(places.resourcesDir)
  return knownBackbones(places).map((known) => ({
    id: known.id,
    name: known.name,
    plainName: known.plainName,
    description: known.description,
    licence: known.licence,
    parameters: known.parameters,
    inputSizePx: known.inputSizePx,
    featureDim: known.featureDim,
    megaMacs: known.megaMacs,
    sizeBytes: known.sizeBytes,
    state: isThere(known) ? 'ready' : 'missing',
    isDefault: known.id === chosen,
    onDemand: known.onDemand,
    place: known.place,
    origin: [...known.origin],
  }))
}
