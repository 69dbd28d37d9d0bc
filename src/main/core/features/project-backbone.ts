import { statSync } from 'node:fs'
import { StudioError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { backboneFiles, defaultBackbone } from '../backbones/backbone-files.ts'
import { readCatalog } from '../backbones/catalog.ts'
import { int8Form } from '../backbones/int8-form.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { lastStart } from './backbone-rows.ts'
import { int8Offer } from './calibrations.ts'
import { featureCache } from './feature-caches.ts'

/**
 * The network whose features of this project's images are there, as far as any are: the one used last, in 8 bits where the last run used it so; before the
 * first run the one that has looked at most photos; else the default. Throws `BACKBONE_MISSING` where there is none on this machine.
 */
export function projectBackbone(context: StudioContext, project: OpenProject): BackboneFiles {
  const last = lastStart(project.db)
  const backbone = last === null ? null : readyBackbone(context, last.backbone)
  if (last === null || backbone === null)
    return mostExtracted(context, project) ?? backboneFiles(context.resourcesDir, defaultBackbone(context.resourcesDir))
  const form = last.int8 && int8Offer(context, backbone)?.timesAsFast != null ? int8Form(context.resourcesDir, backbone) : null
  return form ?? backbone
}

/** Null where no network of this machine has looked at any photo. */
function mostExtracted(context: StudioContext, project: OpenProject): BackboneFiles | null {
  let most: { readonly backbone: BackboneFiles; readonly images: number } | null = null
  for (const { id, networkSha256, featureDim } of readCatalog(context.resourcesDir)) {
    const { path } = featureCache(project, { id, hash: networkSha256, folder: '', inputSizePx: 0, featureDim })
    const images = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / featureDim
    if (images <= (most?.images ?? 0)) continue
    const backbone = readyBackbone(context, id)
    if (backbone !== null) most = { backbone, images }
  }
  return most?.backbone ?? null
}

function readyBackbone(context: StudioContext, id: string): BackboneFiles | null {
  try {
    return backboneFiles(context.resourcesDir, id)
  } catch (error) {
    // A project may come from a machine that has other networks.
    if (error instanceof StudioError) return null
    throw error
  }
}
