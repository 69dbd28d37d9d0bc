import { join } from 'node:path'
import type { Backbone } from '../../contract/backbones.ts'
import { StudioError } from '../../contract/errors.ts'
import type { OpenProject } from '../context.ts'
import { readCatalog, type CatalogEntry } from './catalog.ts'
import { isThere, type NetworkPlace } from './network-on-disk.ts'
import { isOwnId, ownNetworksIn, readOwnNetwork, type OwnNetwork } from './own-network-file.ts'

/** Where starting networks are looked for: the catalogue, the studio's own folder, the open project. */
export interface BackbonePlaces {
  readonly resourcesDir: string
  /** Absent: the catalogue alone. */
  readonly dataDir?: string
  /** Throws `NO_PROJECT_OPEN`. */
  project?(): OpenProject
}

/** A starting network that the studio knows, wherever it lies, and whether or not it is there. */
export interface KnownBackbone
  extends
    Pick<CatalogEntry, 'id' | 'name' | 'plainName' | 'description' | 'licence' | 'parameters' | 'inputSizePx' | 'featureDim'>,
    Pick<CatalogEntry, 'megaMacs' | 'sizeBytes' | 'networkSha256' | 'cuts'>,
    Pick<Backbone, 'place' | 'origin'> {
  readonly onDemand: boolean
  readonly folder: string
  readonly told?: NetworkPlace['told']
  readonly int8Ranges: NonNullable<CatalogEntry['int8Ranges']> | null
}

/** Where the converted network of a backbone of the catalogue lies. */
export function backboneFolder(resourcesDir: string, id: string): string {
  return join(resourcesDir, 'backbones', id)
}

/** Networks of one's own that every project of this computer can start from, a folder each. */
export function studioNetworks(dataDir: string): string {
  return join(dataDir, 'backbones')
}

/** Folders that hold networks of one's own; that of the open project first, because it goes with it. */
function ownPlaces({ dataDir, project }: BackbonePlaces): readonly { readonly folder: string; readonly place: 'project' | 'studio' }[] {
  const inProject = projectNetworks(project)
  return [
    ...(inProject === null ? [] : [{ folder: inProject, place: 'project' } as const]),
    ...(dataDir === undefined ? [] : [{ folder: studioNetworks(dataDir), place: 'studio' } as const]),
  ]
}

function projectNetworks(project: BackbonePlaces['project']): string | null {
  try {
    return project?.().files.networks ?? null
  } catch (error) {
    if (error instanceof StudioError && error.code === 'NO_PROJECT_OPEN') return null
    throw error
  }
}

function fromCatalogue(resourcesDir: string, entry: CatalogEntry): KnownBackbone {
  const folder = backboneFolder(resourcesDir, entry.id)
  return { ...entry, onDemand: entry.onDemand === true, int8Ranges: entry.int8Ranges ?? null, folder, place: 'catalogue', origin: [] }
}

function fromOwn({ id, hash, name, licence, origin, facts }: OwnNetwork, folder: string, place: 'project' | 'studio'): KnownBackbone {
  const { parameters, inputSizePx, featureDim, megaMacs, sizeBytes, cuts } = facts
  const words = { onDemand: false, id, name: id, plainName: name, description: '', licence }
  const numbers = { parameters, inputSizePx, featureDim, megaMacs, sizeBytes, networkSha256: hash, cuts }
  return { ...words, ...numbers, int8Ranges: null, told: { inputSizePx, featureDim, cuts }, folder, place, origin }
}

/** Those of the catalogue, the preferred one first, then one's own in the order in which they came. One that lies in two places counts as the studio's. */
export function knownBackbones(places: BackbonePlaces): readonly KnownBackbone[] {
  const own = new Map<string, { readonly addedAtMs: number; readonly known: KnownBackbone }>()
  for (const { folder, place } of ownPlaces(places))
    for (const network of ownNetworksIn(folder))
      own.set(network.id, { addedAtMs: network.addedAtMs, known: fromOwn(network, join(folder, network.id), place) })
  return [
    ...readCatalog(places.resourcesDir).map((entry) => fromCatalogue(places.resourcesDir, entry)),
    ...[...own.values()].sort((a, b) => a.addedAtMs - b.addedAtMs).map(({ known }) => known),
  ]
}

/** Throws `BACKBONE_UNKNOWN`, or `BACKBONE_MISSING` for a network of one's own that is neither here nor in the open project. */
export function knownBackbone(places: BackbonePlaces, id: string): KnownBackbone {
  const catalog = readCatalog(places.resourcesDir)
  const entry = catalog.find((candidate) => candidate.id === id)
  if (entry !== undefined) return fromCatalogue(places.resourcesDir, entry)
  if (!isOwnId(id)) throw new StudioError('BACKBONE_UNKNOWN', { backbone: id, known: knownBackbones(places).map((known) => known.id) })
  const found = ownPlaces(places).flatMap(({ folder, place }) => {
    const network = readOwnNetwork(folder, id)
    return network === null ? [] : [fromOwn(network, join(folder, id), place)]
  })
  const known = found.find(isThere) ?? found[0]
  if (known !== undefined) return known
  throw new StudioError('BACKBONE_MISSING', {
    backbone: id,
    reason: 'it is a network of your own, and neither kept here nor in this project',
  })
}
