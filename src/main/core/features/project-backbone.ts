import { StudioError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import { backboneFiles, defaultBackbone } from '../backbones/backbone-files.ts'
import { int8Form } from '../backbones/int8-form.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { lastStart } from './backbone-rows.ts'
import { int8Offer } from './calibrations.ts'

/**
 * The network whose features of this project's images are there, as far as any are: the one used last, where it is on this machine, else the default; in
 * 8 bits where the last run used it so. Imports extract by the same one. Throws `BACKBONE_MISSING` where there is none.
 */
export function projectBackbone(context: StudioContext, { db }: Pick<OpenProject, 'db'>): BackboneFiles {
  const last = lastStart(db)
  const backbone = last === null ? null : readyBackbone(context, last.backbone)
  if (last === null || backbone === null) return backboneFiles(context.resourcesDir, defaultBackbone(context.resourcesDir))
  const form = last.int8 && int8Offer(context, backbone)?.timesAsFast != null ? int8Form(context.resourcesDir, backbone) : null
  return form ?? backbone
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
