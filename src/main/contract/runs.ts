import { z } from 'zod'
import { procedure } from './base.ts'
import { Augmentation } from './augmentation.ts'
import { BackboneId } from './backbones.ts'
import { TrainingEngineWanted } from './engines.ts'
import { WireError } from './errors.ts'
import { ClassId, ImageHash, Interval, JobId, RunId, RunRef, SplitId } from './ids.ts'
import { numberBetween, shareBetween, wholeNumber } from './number-range.ts'
import { RateFinding } from './rate-finder.ts'
import { ForeignCheck, Sureness, Tempering, ThresholdPercent } from './sureness.ts'

export const SplitShares = z
  .object({ train: shareBetween(0.1, 0.9), validation: shareBetween(0.05, 0.6), test: shareBetween(0.05, 0.6) })
  .refine((shares) => Math.abs(shares.train + shares.validation + shares.test - 1) < 1e-6, 'must add up to 100 %')
export type SplitShares = z.infer<typeof SplitShares>
/** Shares of a training that says nothing of them. */
export const usualShares: SplitShares = { train: 0.7, validation: 0.15, test: 0.15 }

/** So long a head learns alone, at most, before the network learns, where nothing is said of it. */
export const usualHeadEpochs = 30

const settings = z.object({
  backbone: BackboneId,
  /** What learns: a new head alone, the last blocks of the backbone with it, or a small network that starts from nothing (and takes no backbone). */
  mode: z.enum(['head', 'fine-tune', 'scratch']).default('head'),
  /** `fine-tune`: blocks at the end of the backbone that learn; as many as it has or more: all of it. */
  blocks: wholeNumber(1, 100).default(4),
  /**
   * `fine-tune`: epochs in which the head learns alone at first, on the network as it is; 0 = none. A head that has learned to its end leaves the blocks little
   * to learn from photos that it knows by heart.
   */
  headEpochs: wholeNumber(0, 1000).default(usualHeadEpochs),
  /** `fine-tune`: learning rate of the blocks, as a share of the head's. */
  bodyRate: numberBetween(0.0001, 1).default(0.1),
  /** `fine-tune`: whether all blocks that learn have that rate, or only the first of them, and each later one a larger one, up to the head's (discriminative rates). */
  blockRates: z.enum(['even', 'graded']).default('even'),
  /**
   * `head`: in which numbers the backbone looks at photos. In 8 bits it is another network, about twice as fast where the processor has instructions for
   * it, and the head belongs to that one.
   */
  precision: z.enum(['float32', 'int8']).default('float32'),
  /** `fine-tune`: blocks that learn in a second phase, from the best weights of the first on; more than `blocks`, as many as the network has or more: all of it; 0 = no second phase. */
  deeperBlocks: wholeNumber(0, 100).default(0),
  /** Epochs of the second phase, at most. */
  deeperEpochs: wholeNumber(1, 1000).default(10),
  /** Learning rates of the second phase, as a share of the first one's. */
  deeperRate: numberBetween(0.0001, 1).default(0.3),
  /** `fine-tune`: whether batch normalisation stays folded into the blocks that learn, or is given back to them and learns too. */
  batchNorm: z.enum(['frozen', 'trained']).default('frozen'),
  /** `scratch`: side of the square that the network looks at, px. */
  scratchPx: z.literal([64, 96]).default(64),
  epochs: wholeNumber(1, 1000).default(30),
  /** Images per step. */
  batchSize: wholeNumber(1, 1024).default(16),
  learningRate: numberBetween(1e-6, 10).default(0.001),
  /**
   * How the learning rate goes from step to step, over all epochs of a phase: as it is, along a cosine to 0, or up and down once (one cycle). A training that
   * ends early has not gone all the way.
   */
  schedule: z.enum(['constant', 'cosine', 'one-cycle']).default('constant'),
  /** `adamw`: Adam with weight decay. */
  optimiser: z.enum(['adam', 'adamw', 'sgd']).default('adam'),
  /**
   * `adamw`, `sgd`: with each step the weights lose this share of themselves times the step's learning rate, apart from the gradient (decoupled); biases and
   * what normalises lose nothing.
   */
  weightDecay: numberBetween(0, 1).default(0),
  /** So much of what is to be answered is spread evenly over all classes, in the loss that is learned from alone; the validation loss stays the plain one. */
  labelSmoothing: numberBetween(0, 0.5).default(0),
  /**
   * `balanced`: a row counts rows / (classes * rows of its class) in the loss that is learned from, so that all classes weigh the same, and the answers are
   * those for photos among which every class is as frequent. `sampled`: each epoch draws as many rows of every class instead, those of a rare one several
   * times (oversampling). The validation loss stays the plain one.
   */
  classWeights: z.enum(['none', 'balanced', 'sampled']).default('none'),
  /** Share of the features that is left out at random before the head, anew for each row of each step; the others count for more as long as it learns. */
  dropout: numberBetween(0, 0.9).default(0),
  /**
   * How photos to learn from are changed. Null: as each way to learn does it by itself, a small network that starts from nothing mirrored, moved by up to a
   * tenth, brighter or darker, the others not.
   */
  augmentation: Augmentation.nullable().default(null),
  /** Stop when the validation loss has not improved for so many epochs; 0 = never. */
  patience: wholeNumber(0, 1000).default(8),
  seed: wholeNumber(0, 2 ** 31 - 1).default(1),
  /** Seed of the split; absent = the same as `seed`. */
  splitSeed: wholeNumber(0, 2 ** 31 - 1).optional(),
  shares: SplitShares.default(usualShares),
})

const goesDeeper = ({ blocks, deeperBlocks }: { blocks: number; deeperBlocks: number }): boolean =>
  deeperBlocks === 0 || deeperBlocks > blocks
const deeperRule = { path: ['deeperBlocks'], message: 'must be 0, or more than the number of blocks that learn first' }

const decaysAsAsked = ({ optimiser, weightDecay }: { optimiser: string; weightDecay: number }): boolean =>
  weightDecay === 0 || optimiser !== 'adam'
const decayRule = { path: ['weightDecay'], message: 'must be 0 with the optimiser adam: adamw and sgd let weights decay' }

/** Every setting of a training. What is absent takes the default. Two runs with the same recipe on the same split give the same numbers on the CPU. */
export const Recipe = settings.refine(goesDeeper, deeperRule).refine(decaysAsAsked, decayRule)
export type Recipe = z.infer<typeof Recipe>

/** Whether a run of this recipe answers with a backbone in 8 bits. */
export function usesInt8({ mode, precision }: Pick<Recipe, 'mode' | 'precision'>): boolean {
  return mode === 'head' && precision === 'int8'
}

/** A recipe as it is asked for: without a backbone it takes the studio's default, or the fallback where that one could not be fetched. */
export const AskedRecipe = settings
  .extend({ backbone: BackboneId.optional() })
  .refine(goesDeeper, deeperRule)
  .refine(decaysAsAsked, decayRule)
export type AskedRecipe = z.infer<typeof AskedRecipe>

/** The second phase of a training; null where it has none. */
export function deeperPhase({ mode, deeperBlocks, deeperEpochs, deeperRate }: AskedRecipe): {
  readonly blocks: number
  readonly epochs: number
  readonly rate: number
} | null {
  return mode === 'fine-tune' && deeperBlocks > 0 ? { blocks: deeperBlocks, epochs: deeperEpochs, rate: deeperRate } : null
}

/** Epochs of all phases of a training, at most. */
export function mostEpochs(recipe: AskedRecipe): number {
  return recipe.epochs + (deeperPhase(recipe)?.epochs ?? 0)
}

/** Whether batch normalisation learns or stays as it is. */
export function batchNormOf({ mode, batchNorm }: AskedRecipe): 'frozen' | 'trained' {
  return mode === 'fine-tune' ? batchNorm : 'frozen'
}

/**
 * One pass over the training images. Losses are mean cross-entropy in nats, the training loss as it is learned from, with smoothed labels and class weights;
 * accuracies in 0..1, training accuracy measured during the pass.
 */
export const EpochReport = z.object({
  epoch: z.int().positive(),
  trainLoss: z.number(),
  trainAccuracy: z.number(),
  validationLoss: z.number(),
  validationAccuracy: z.number(),
  durationMs: z.number(),
})
export type EpochReport = z.infer<typeof EpochReport>

/** `paused`: it waits until somebody lets it go on. `interrupted`: it ended with its studio, before runs could be paused. */
export const RunState = z.enum(['queued', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted'])
export type RunState = z.infer<typeof RunState>

export const RunName = z.string().trim().min(1).max(80)
export const RunTag = z.string().trim().min(1).max(30)

export const RunSummary = z.object({
  id: RunId,
  /** 1, 2, 3 ... within the project, for people. */
  number: z.int().positive(),
  state: RunState,
  error: WireError.nullable(),
  recipe: Recipe,
  splitId: SplitId,
  backboneHash: z.string(),
  /** The network that the run has trained besides its head; null where the starting network stayed as it was. */
  network: z.object({ hash: z.string(), inputSizePx: z.int(), featureDim: z.int() }).nullable(),
  engine: z.object({ training: z.string(), extraction: z.string() }).nullable(),
  versions: z.record(z.string(), z.string()),
  bestEpoch: z.int().nullable(),
  /** `early-stopped`: patience ran out. Null until it ends well. */
  endedBecause: z.enum(['completed', 'early-stopped', 'stopped-by-user']).nullable(),
  validation: Interval.nullable(),
  test: Interval.nullable(),
  seconds: z.object({ features: z.number(), training: z.number(), total: z.number() }).nullable(),
  /** All probabilities of the run are told as this leaves them. */
  tempering: Tempering,
  /** It answers only where it is at least so many percent sure, and says none of these elsewhere; 0: always. */
  answerFromPercent: ThresholdPercent,
  /** How it refuses photos that are unlike all it has learned from; null: it does not look at that. */
  foreign: ForeignCheck.nullable(),
  createdAtMs: z.int(),
  endedAtMs: z.int().nullable(),
  /** What a person has written: a name beside the number, notes, tags in their order; pinned runs come first in a table. */
  name: RunName.nullable(),
  notes: z.string(),
  tags: z.array(RunTag),
  pinned: z.boolean(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** Whether what is kept of a run cannot be read. It counts as failed, and its recipe stands for nothing but the backbone. */
export function isDamaged({ error }: Pick<RunSummary, 'error'>): boolean {
  return error?.code === 'RUN_DAMAGED'
}

/** A class as it was called when the split was frozen. */
export const RunClass = z.object({ id: ClassId, name: z.string(), colour: z.string() })
export type RunClass = z.infer<typeof RunClass>

export const ClassScore = z.object({
  class: z.string(),
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  f1: z.number().nullable(),
  /** Images with the label; those that recall counts. */
  n: z.int(),
  /** Precision and recall with their uncertainty. */
  precisionInterval: Interval.nullable(),
  recallInterval: Interval.nullable(),
})
export type ClassScore = z.infer<typeof ClassScore>

export const Prediction = z.object({
  hash: ImageHash,
  name: z.string(),
  /** Class names at the time of the split. */
  label: z.string(),
  predicted: z.string(),
  /** Of the predicted class, 0..1. */
  probability: z.number(),
})
export type Prediction = z.infer<typeof Prediction>

export const Evaluation = z.object({
  run: RunSummary,
  classes: z.array(RunClass),
  test: Interval,
  perClass: z.array(ClassScore),
  /** Row = label, column = prediction, both in the order of `classes`; counts of test images. */
  confusion: z.array(z.array(z.int())),
  /** Test images that were predicted wrong, surest first. */
  mistakes: z.array(Prediction),
})
export type Evaluation = z.infer<typeof Evaluation>

export const Comparison = z.object({
  runs: z.tuple([RunSummary, RunSummary]),
  /** Settings with different values, [first, second]. */
  differs: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
  test: z.tuple([Interval, Interval]),
  /** Exact two-sided McNemar test on the images in both test parts (with the same class); null when there are none. */
  mcnemar: z.object({ onlyFirst: z.int(), onlySecond: z.int(), n: z.int(), p: z.number() }).nullable(),
  /** Of the second run against the first. `better`/`worse` only when p < 0.05; `not comparable`: neither was tested on all images of the other. */
  verdict: z.enum(['better', 'worse', 'not certain', 'not comparable']),
})
export type Comparison = z.infer<typeof Comparison>

export const TryResult = z.object({
  file: z.string(),
  /** The likeliest class, whether that is the answer or not. */
  class: z.string(),
  /**
   * Why the answer is none of these; null where it is the class. `foreign`: the photo is unlike all that it has learned from, `unsure`: it is less sure than
   * the run's threshold asks for.
   */
  refusal: z.enum(['foreign', 'unsure']).nullable(),
  /** The square of pixels that the network was given: a PNG as a data URL. Only where it was asked for. */
  seen: z.string().nullable(),
  /** One probability per class, in the order of the run's classes, summing to 1. */
  probabilities: z.array(z.object({ class: z.string(), colour: z.string(), probability: z.number() })),
})
export type TryResult = z.infer<typeof TryResult>

/** A photo as a training would learn from it. */
export const SeenLook = z.object({
  hash: ImageHash,
  name: z.string(),
  /** The square of pixels that the network would be given: a PNG as a data URL. */
  seen: z.string(),
})
export type SeenLook = z.infer<typeof SeenLook>

const oneRun = z.object({ run: RunRef })

export const runs = {
  /** What training would do now: sizes of the parts, or why it cannot start. */
  plan: procedure.input(z.object({ recipe: AskedRecipe })).output(
    z.object({
      problem: WireError.nullable(),
      classes: z.array(z.object({ name: z.string(), images: z.int() })),
      parts: z.object({ train: z.int(), validation: z.int(), test: z.int() }),
      /** Images whose features are not in the cache yet. */
      toExtract: z.int(),
    }),
  ),
  /**
   * How long training would take, all its epochs and what is still to be extracted included. What was never done on this machine is measured, which takes
   * some seconds; `measure` false: not. Null where it is not known, where a training runs or begins, and where a newer question comes.
   */
  forecast: procedure
    .input(z.object({ recipe: AskedRecipe, engine: TrainingEngineWanted.optional(), measure: z.boolean().default(true) }))
    .output(z.object({ seconds: z.number().nullable() })),
  /**
   * Photos of the project as this training would learn from them, of all classes in turn, at most as many as asked for; before any training. The same `draw`
   * gives the same pictures. What mixes photos is not shown.
   */
  looks: procedure
    .input(z.object({ recipe: AskedRecipe, draw: wholeNumber(1, 2 ** 31 - 1).default(1), photos: wholeNumber(1, 24).default(8) }))
    .output(z.array(SeenLook)),
  /**
   * Looks for the learning rate that a training with this recipe goes well with, by some dozens of its steps with growing rates: at once for a head, some
   * seconds for more. What is missing of the photos is extracted first. Throws what `start` throws, and `INVALID_INPUT` while a training runs that is to be no slower.
   */
  findRate: procedure.input(z.object({ recipe: AskedRecipe, engine: TrainingEngineWanted.optional() })).output(RateFinding),
  /** `engine`: what trains more than a head; as the settings say where it is absent. */
  start: procedure
    .input(z.object({ recipe: AskedRecipe, engine: TrainingEngineWanted.optional() }))
    .output(z.object({ runId: RunId, jobId: JobId })),
  /** Newest first. */
  list: procedure.output(z.array(RunSummary)),
  get: procedure.input(oneRun).output(z.object({ run: RunSummary, epochs: z.array(EpochReport) })),
  /** The epochs of several runs at once, in the order asked for. */
  curves: procedure
    .input(z.object({ runs: z.array(RunRef).min(1).max(50) }))
    .output(z.array(z.object({ runId: RunId, epochs: z.array(EpochReport) }))),
  /** Writes what a person says of a run; what is absent stays. An empty name takes the name away. */
  annotate: procedure
    .input(
      z.object({
        run: RunRef,
        name: z.string().trim().max(80).nullable().optional(),
        notes: z.string().max(10_000).optional(),
        tags: z.array(RunTag).max(20).optional(),
        pinned: z.boolean().optional(),
      }),
    )
    .output(RunSummary),
  delete: procedure.input(oneRun).output(z.void()),
  evaluate: procedure.input(oneRun).output(Evaluation),
  sureness: procedure.input(oneRun).output(Sureness),
  /**
   * Finds the temperature of a run anew and tells its probabilities with it; `isTempered` false: as they were trained. Its threshold goes back to 0, which was
   * chosen by other percentages.
   */
  temper: procedure.input(z.object({ run: RunRef, isTempered: z.boolean() })).output(RunSummary),
  /** From now on the run answers only from so many percent on, in Try, on the command line and in exports. */
  setThreshold: procedure.input(z.object({ run: RunRef, percent: ThresholdPercent })).output(RunSummary),
  /**
   * From now on the run says none of these of photos that are unlike all it has learned from, so that about so many of 100 photos of its classes are refused
   * with them; null: no more. `INVALID_INPUT` for a run that has trained its own network, or that has too few validation photos.
   */
  refuseForeign: procedure.input(z.object({ run: RunRef, ofHundred: z.int().min(1).max(20).nullable() })).output(RunSummary),
  /** The test images behind one cell of the confusion matrix, surest first. */
  cell: procedure.input(z.object({ run: RunRef, labelId: ClassId, predictedId: ClassId })).output(z.array(Prediction)),
  compare: procedure.input(z.object({ first: RunRef, second: RunRef })).output(Comparison),
  /** Files anywhere on this machine. A file that cannot be read fails the call with `PICTURE_UNREADABLE`. */
  predict: procedure
    .input(z.object({ run: RunRef, files: z.array(z.string()).min(1).max(1000), withSeen: z.boolean().default(false) }))
    .output(z.array(TryResult)),
}
