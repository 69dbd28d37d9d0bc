import { createHash } from 'node:crypto'
import { changesOf } from '../../contract/augmentation.ts'
import { StudioError } from '../../contract/errors.ts'
import { batchNormOf, deeperPhase, usesInt8, type Recipe } from '../../contract/runs.ts'
import {
  featuresKey,
  type BackboneFiles,
  type HeadSettings,
  type NetworkSettings,
  type NetworkStart,
} from '../../contract/worker/training-tasks.ts'
import { backboneFiles } from '../backbones/backbone-files.ts'
import { knownBackbone } from '../backbones/known-backbones.ts'
import type { StudioContext } from '../context.ts'
import { offeredInt8 } from '../features/calibrations.ts'

/** What a training works on. */
export interface TrainingSource {
  /** What is extracted from each photo beforehand: features, what comes out at a cut, or the picture itself. */
  readonly features: BackboneFiles
  /** The same of photos to learn from, changed: each holds one more look of every one. */
  readonly variants: readonly BackboneFiles[]
  /** What learns besides the head; null where nothing does. */
  readonly network: NetworkStart | null
  /** The same for the second phase; null where there is none. */
  readonly deeper: {
    readonly features: BackboneFiles
    readonly variants: readonly BackboneFiles[]
    readonly epochs: number
    readonly rate: number
  } | null
  readonly batchNorm: NetworkSettings['batchNorm']
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

/** What the recipe needs of each photo, and what it starts from. Throws `BACKBONE_UNKNOWN`, `BACKBONE_MISSING`, `BACKBONE_DAMAGED`, `INT8_NOT_OFFERED` and `INVALID_INPUT`. */
export async function trainingSource(context: StudioContext, recipe: Recipe): Promise<TrainingSource> {
  const batchNorm = batchNormOf(recipe)
  if (recipe.mode === 'scratch') {
    const { scratchPx: inputSizePx } = recipe
    const hash = `scratch-${inputSizePx}`
    const picture = { id: 'scratch', hash, folder: '', inputSizePx, featureDim: 0 }
    const measured = await context.workers.training.request('measureCut', { backbone: picture, cut: 'pixels' })
    const features = { ...picture, ...measured, cut: 'pixels' }
    return { features, variants: [], network: { kind: 'scratch', inputSizePx }, deeper: null, batchNorm, hash }
  }
  const backbone = backboneFiles(context, recipe.backbone)
  if (recipe.mode === 'head') {
    const features = usesInt8(recipe) ? await offeredInt8(context, backbone) : backbone
    return { features, variants: variantsOf(recipe, features), network: null, deeper: null, batchNorm, hash: featuresKey(features) }
  }
  const { cuts } = knownBackbone(context, recipe.backbone)
  const featuresAt = async (cut: string): Promise<BackboneFiles> => {
    const measured = await context.workers.training.request('measureCut', { backbone, cut })
    return { ...backbone, ...measured, cut }
  }
  const cut = cutForBlocks(cuts, recipe.blocks)
  const phase = deeperPhase(recipe)
  const deeperCut = phase === null ? null : cutForBlocks(cuts, phase.blocks)
  if (deeperCut === cut) {
    const reason = `all of the network learns from the beginning, so that no second phase can go deeper: choose fewer than ${recipe.blocks} blocks for the first, or no second phase`
    throw new StudioError('INVALID_INPUT', { reason })
  }
  const features = await featuresAt(cut)
  const deeperFeatures = deeperCut === null ? null : await featuresAt(deeperCut)
  const deeper =
    phase === null || deeperFeatures === null ? null : { ...phase, features: deeperFeatures, variants: variantsOf(recipe, deeperFeatures) }
  return {
    features,
    variants: variantsOf(recipe, features),
    network: { kind: 'backbone', backbone: features },
    deeper,
    batchNorm,
    hash: backbone.hash,
  }
}

/**
 * The looks of photos that are kept beforehand, because what changes them comes before what learns; where all of the network learns, pictures are changed
 * while it does.
 */
function variantsOf(recipe: Recipe, features: BackboneFiles): readonly BackboneFiles[] {
  const changes = changesOf(recipe)
  if (changes === null || changes === 'simple' || features.cut === 'pixels' || recipe.augmentation === null) return []
  const { mixup: _mixup, variants, ...pixels } = recipe.augmentation
  const key = createHash('sha256').update(JSON.stringify(pixels)).digest('hex').slice(0, 16)
  return Array.from({ length: variants }, (_, index) => ({
    ...features,
    variation: { changes: pixels, variant: index + 1, key: `${key}-${index + 1}` },
  }))
}

/** Everything that is extracted before the training begins, and of which photos. */
export function extractedFor({ features, variants, deeper }: TrainingSource): readonly {
  readonly features: BackboneFiles
  readonly of: 'all' | 'those to learn from'
}[] {
  const both = [{ features, variants }, ...(deeper === null ? [] : [deeper])]
  return both.flatMap((each) => [
    { features: each.features, of: 'all' as const },
    ...each.variants.map((variant) => ({ features: variant, of: 'those to learn from' as const })),
  ])
}

/** Photos times classes that the training of a head sees in a second, under this name. */
export const headSpeed = 'train-head'

/** Photos that a network learns from in a second, under this name: it depends on what learns, on how, and on what trains it. */
export function networkSpeed({ hash, batchNorm }: TrainingSource, features: BackboneFiles, engine: string): string {
  return ['train-network', hash, featuresKey(features), ...(batchNorm === 'trained' ? ['batch-norm'] : []), engine].join(' ')
}

/** How often a second a training could begin: its engine and its network take the same time for few photos as for many. */
export function startSpeed(network: string): string {
  return `${network} start`
}

/** What a training does besides its start and its epochs, as the photos a second in which it would be done: the first head, the answers in the end. */
export function aroundSpeed(network: string): string {
  return `${network} around`
}

export function headSettings(recipe: Recipe): HeadSettings {
  const mixup = recipe.augmentation?.mixup ?? 0
  const { epochs, batchSize, learningRate, schedule, optimiser, weightDecay, labelSmoothing, classWeights, dropout, patience, seed } =
    recipe
  return { epochs, batchSize, learningRate, schedule, optimiser, weightDecay, labelSmoothing, classWeights, dropout, mixup, patience, seed }
}

/** How more than a head is trained. */
export function networkSettings(recipe: Recipe, { batchNorm }: TrainingSource): NetworkSettings {
  const isScratch = recipe.mode === 'scratch'
  return {
    ...headSettings(recipe),
    bodyRate: isScratch ? 1 : recipe.bodyRate,
    blockRates: isScratch ? 'even' : recipe.blockRates,
    headEpochs: isScratch ? 0 : recipe.headEpochs,
    changes: changesOf(recipe),
    batchNorm,
  }
}
