import { constants } from 'node:fs'
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NetworkOrigin } from '../../contract/backbones.ts'
import { StudioError } from '../../contract/errors.ts'
import type { RunSummary } from '../../contract/runs.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { openProcessFolder } from '../process-folder.ts'
import { diskError } from '../project/disk-errors.ts'
import { hasCode, putInPlace } from '../put-in-place.ts'
import { studioNetworks, type KnownBackbone } from './known-backbones.ts'
import { isThereWhole } from './network-on-disk.ts'
import { isOwnId, ownId, ownNetworkFile, ownNetworksIn, readOwnNetwork, type OwnNetworkText } from './own-network-file.ts'
import { readStartedRuns } from './started-run-rows.ts'

const networkFiles = ['network.json', 'tensors.bin'] as const

/** Copies on write where the disk can: a network that lies in two places then takes the room of one. */
const cheap = constants.COPYFILE_FICLONE

/** Of a network's story no more is kept than anybody reads. */
const mostAncestors = 20

/** A network that is to become a starting network of this computer. */
export interface NewOwnNetwork {
  readonly files: BackboneFiles
  readonly name: string
  readonly licence: string
  readonly origin: readonly NetworkOrigin[]
}

/**
 * Copies a network into the studio's own folder, once the worker has read it whole. One that is there already is written anew, with this name. Throws
 * `BACKBONE_DAMAGED`, `DISK_FULL` and `NOT_WRITABLE`; a failure leaves nothing behind.
 */
export async function addOwnNetwork(context: StudioContext, { files, name, licence, origin }: NewOwnNetwork): Promise<{ id: string }> {
  const facts = await context.workers.training.request('describeNetwork', { backbone: files })
  const id = ownId(files.hash)
  const place = studioNetworks(context.dataDir)
  const before = readOwnNetwork(place, id)
  const text: OwnNetworkText = {
    formVersion: 1,
    hash: files.hash,
    name,
    licence,
    origin: origin.slice(0, mostAncestors),
    addedAtMs: before?.addedAtMs ?? context.clock(),
    facts: { ...facts, cuts: [...facts.cuts] },
  }
  let work: string | null = null
  try {
    work = await openProcessFolder(place, { prefix: '.adding-', log: context.log })
    const finished = join(work, id)
    await mkdir(finished)
    for (const file of networkFiles) await copyFile(join(files.folder, file), join(finished, file), cheap)
    await writeFile(join(finished, ownNetworkFile), `${JSON.stringify(text, null, 2)}\n`)
    if (!isThereWhole({ folder: finished, networkSha256: files.hash }))
      throw new StudioError('BACKBONE_DAMAGED', { backbone: files.id, file: networkFiles[1] })
    await putInPlace(finished, join(place, id), work)
  } catch (error) {
    throw diskError(error, place)
  } finally {
    if (work !== null) await rm(work, { recursive: true, force: true })
  }
  context.changed('backbones')
  return { id }
}

/** What a run's network was made from: the run, then what that started from. `start`: null where it is not known any more. */
export function originOfRun(
  project: Pick<OpenProject, 'name'>,
  { number, recipe }: Pick<RunSummary, 'number' | 'recipe'>,
  classes: readonly string[],
  start: KnownBackbone | null,
): readonly NetworkOrigin[] {
  const shown = classes.slice(0, mostClasses).map((name) => name.slice(0, 200))
  const own: NetworkOrigin = { kind: 'run', project: project.name.slice(0, 200), run: number, classes: shown }
  if (recipe.mode === 'scratch') return [own, { kind: 'nothing' }]
  if (start?.place === 'catalogue' || start === null) return [own, { kind: 'catalogue', name: start?.plainName ?? recipe.backbone }]
  return [own, ...start.origin]
}

const mostClasses = 8

/**
 * Makes sure that the project holds the network of one's own that a run starts from, so that it opens anywhere as it is. Networks of the catalogue are
 * left where they are: every computer can fetch them. Throws `DISK_FULL` and `NOT_WRITABLE`.
 */
export async function keepInProject({ files }: OpenProject, known: KnownBackbone): Promise<void> {
  if (known.place === 'catalogue') return
  const target = join(files.networks, known.id)
  if (target === known.folder || isKept(target, known)) return
  const partial = join(files.networks, `.${known.id}`)
  try {
    await rm(partial, { recursive: true, force: true })
    // Not those above it: the project may have been moved away meanwhile.
    await mkdir(files.networks).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error
    })
    await mkdir(partial)
    for (const file of [...networkFiles, ownNetworkFile]) await copyFile(join(known.folder, file), join(partial, file), cheap)
    // What is there is damaged.
    await putInPlace(partial, target, await emptied(`${partial}-replaced`))
  } catch (error) {
    throw diskError(error, files.root)
  } finally {
    for (const folder of [partial, `${partial}-replaced`]) await rm(folder, { recursive: true, force: true })
  }
}

function isKept(folder: string, known: KnownBackbone): boolean {
  return readOwnNetwork(join(folder, '..'), known.id) !== null && isThereWhole({ ...known, folder })
}

async function emptied(folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  return folder
}

/** Takes away the networks of a project that no run of it starts from any more. What cannot be deleted is in nobody's way. */
export async function forgetUnusedNetworks({ log }: Pick<StudioContext, 'log'>, { db, files }: OpenProject): Promise<void> {
  if (!db.open) return
  try {
    for (const { id } of ownNetworksIn(files.networks))
      if (readStartedRuns(db, id).length === 0) await rm(join(files.networks, id), { recursive: true, force: true })
  } catch (error) {
    log.error('a starting network that no run needs could not be deleted', { error: String(error) })
  }
}

/**
 * Takes a network of one's own off this computer; the open project keeps its own copy where runs start from it. Throws `BACKBONE_UNKNOWN` for one that
 * is none of one's own, and `NETWORK_IN_USE` for one that lies in the open project alone.
 */
export async function removeOwnNetwork(context: StudioContext, known: KnownBackbone, project: OpenProject | null): Promise<boolean> {
  if (!isOwnId(known.id)) {
    const own = ownNetworksIn(studioNetworks(context.dataDir)).map(({ id }) => id)
    throw new StudioError('BACKBONE_UNKNOWN', { backbone: known.id, known: own })
  }
  const place = studioNetworks(context.dataDir)
  const inProject = project !== null && readOwnNetwork(project.files.networks, known.id) !== null
  if (readOwnNetwork(place, known.id) === null)
    throw new StudioError('NETWORK_IN_USE', { name: known.plainName, runs: project === null ? [] : readStartedRuns(project.db, known.id) })
  try {
    await rm(join(place, known.id), { recursive: true, force: true })
  } catch (error) {
    throw diskError(error, place)
  }
  context.changed('backbones')
  return inProject
}
