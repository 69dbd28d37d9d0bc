import { statSync } from 'node:fs'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { backboneFiles, defaultBackbone, readyBackbone, readyBackbones } from '../backbones/backbone-files.ts'
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
    return mostExtracted(context, project) ?? backboneFiles(context, defaultBackbone(context.resourcesDir))
  const form = last.int8 && int8Offer(context, backbone)?.timesAsFast != null ? int8Form(context, backbone) : null
  return form ?? backbone
}

/** Null where no network of this machine has looked at any photo. */
function mostExtracted(context: StudioContext, project: OpenProject): BackboneFiles | null {
  let most: { readonly backbone: BackboneFiles; readonly images: number } | null = null
  for (const backbone of readyBackbones(context)) {
    const { path } = featureCache(project, backbone)
    const images = (statSync(path, { throwIfNoEntry: false })?.size ?? 0) / backbone.featureDim
    if (images > (most?.images ?? 0)) most = { backbone, images }
  }
  return most?.backbone ?? null
}
