import { usesInt8, type Recipe } from '../../contract/runs.ts'
import type { BackboneFiles, NetworkStart } from '../../contract/worker/training-tasks.ts'
import { backboneFiles } from '../backbones/backbone-files.ts'
import { catalogEntry } from '../backbones/catalog.ts'
import type { StudioContext } from '../context.ts'
import { offeredInt8 } from '../features/calibrations.ts'

/** What a training works on. */
export interface TrainingSource {
  /** What is extracted from each photo beforehand: features, what comes out at a cut, or the picture itself. */
  readonly features: BackboneFiles
  /** What learns besides the head; null where nothing does. */
  readonly network: NetworkStart | null
  /** Identity of what it starts from. */
  readonly hash: string
}

/**
 * Where a backbone is cut so that its last `blocks` blocks learn; `pixels`: all of it learns. `cuts`: the names of the catalogue, in order.
 */
export function cutForBlocks(cuts: readonly string[], blocks: number): string {
  const names = cuts.filter((cut) => /^block\d+$/.test(cut))
  if (blocks < names.length) return names[names.length - 1 - blocks] ?? 'pixels'
  return blocks === names.length && cuts.includes('stem') ? 'stem' : 'pixels'
}

/** What the recipe needs of each photo, and what it starts from. Throws `BACKBONE_UNKNOWN`, `BACKBONE_MISSING`, `BACKBONE_DAMAGED` and `INT8_NOT_OFFERED`. */
export async function trainingSource(context: StudioContext, recipe: Recipe): Promise<TrainingSource> {
  if (recipe.mode === 'scratch') {
    const { scratchPx: inputSizePx } = recipe
    const hash = `scratch-${inputSizePx}`
    const picture = { id: 'scratch', hash, folder: '', inputSizePx, featureDim: 0 }
    const { featureDim } = await context.workers.training.request('measureCut', { backbone: picture, cut: 'pixels' })
    return { features: { ...picture, featureDim, cut: 'pixels' }, network: { kind: 'scratch', inputSizePx }, hash }
  }
  const backbone = backboneFiles(context.resourcesDir, recipe.backbone)
  if (recipe.mode === 'head') {
    const features = usesInt8(recipe) ? await offeredInt8(context, backbone) : backbone
    return { features, network: null, hash: backbone.hash }
  }
  const cut = cutForBlocks(catalogEntry(context.resourcesDir, recipe.backbone).cuts, recipe.blocks)
  const { featureDim } = await context.workers.training.request('measureCut', { backbone, cut })
  const features = { ...backbone, featureDim, cut }
  return { features, network: { kind: 'backbone', backbone: features }, hash: backbone.hash }
}
