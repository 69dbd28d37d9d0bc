import type { PixelChanges, RowChanges } from '../augmentation.ts'
import type { StudioSettings } from '../project.ts'
import type { AdapterSearch, ExtractorWanted, TrainingEngineName } from '../engines.ts'
import type { EpochReport, Recipe } from '../runs.ts'
import type { Part } from '../ids.ts'
import type { CheckLabelsTask } from './check-labels-task.ts'
import type { ExportModel } from './export-model.ts'
import type { FitTemperatureTask } from './fit-temperature-task.ts'
import type { LearnedPhotos, NearnessTask, Predicted } from './nearness-task.ts'
import type { DescribeNetworkTask, MeasureCutTask } from './describe-network-task.ts'
import type { ScoreFeaturesTask } from './score-features-task.ts'
import type { FindRateTask } from './find-rate-task.ts'
import type { LearningCurveTask } from './learning-curve-task.ts'
import type { Task } from './protocol.ts'
import type { SuggestTask } from './suggest-task.ts'
import type { TrainNetworkTask } from './train-network-task.ts'

/** A fetched and verified backbone on disk, in the neutral form. */
export interface BackboneFiles {
  readonly id: string
  /** SHA-256 of the neutral form's tensors and topology: what features and runs refer to. */
  readonly hash: string
  /** Folder with `network.json` and `tensors.bin`. */
  readonly folder: string
  readonly inputSizePx: number
  /** Values for one picture: features, or where `cut` is there, what comes out at the cut. */
  readonly featureDim: number
  /**
   * Where the network ends, by the name of one of its cuts: the "features" are then its activations there, row-major
   * [height, width, channels]. `pixels`: before its first op; they are the bytes of the network input, and no file is read.
   */
  readonly cut?: string
  /** Of the whole network's multiplications, the share that comes before the cut, 0..1. */
  readonly workShare?: number
  /**
   * The network in whole numbers of 8 bits, which is one of its own. `ranges`: of the values at each place of it that is not clipped to 0..6,
   * [smallest, largest]; `key` tells it from another choice of ranges.
   */
  readonly int8?: { readonly key: string; readonly ranges: readonly (readonly [number, number])[] }
  /** It looks at photos changed, each in its look `variant` of these changes; `key` names both. See `imaging/drawn-look.ts`. */
  readonly variation?: { readonly changes: PixelChanges; readonly variant: number; readonly key: string }
}

/** What a cache of features is called by: the same name means the same numbers for a picture. */
export function featuresKey({ variation, ...network }: BackboneFiles): string {
  return variation === undefined ? networkKey(network) : `${networkKey(network)}-${variation.key}`
}

function networkKey({ hash, cut, inputSizePx, int8 }: Omit<BackboneFiles, 'variation'>): string {
  if (cut === 'pixels') return `pixels-${inputSizePx}`
  if (int8 !== undefined) return `${hash}-int8-${int8.key}`
  return cut === undefined ? hash : `${hash}-${cut}`
}

/** The engine that trains heads: plain Float32Arrays on the processor, several times faster than any tensor library at this size. */
export const trainingEngine = 'cpu'

/** `webgpu` where there is a graphics card, else `onnxruntime` where it loads, else `wasm`. */
export interface ExtractorInUse {
  readonly engine: string
  readonly version: string
}

/** How the processor's cores are shared out when photos are looked at. */
export interface ExtractionLayout {
  /** Sessions of the network side by side, each of which holds it whole. */
  readonly lanes: number
  readonly threadsPerLane: number
  /** Photos that go through a session at a time. */
  readonly batch: number
}

/** How fast a network looks at photos on this machine, by a few seconds of it. */
export interface ExtractionCalibration {
  readonly layout: ExtractionLayout
  /** Until every session is open and has looked at its first photos. */
  readonly openSeconds: number
  /** Photos that are ready in memory, a second. */
  readonly photosPerSecond: number
  /** Photos of the size of a working copy that are decoded and brought to the network's size, a second, by the same cores. */
  readonly preparedPerSecond: number
  /** How many times as fast the network is in 8 bits; null where its numbers are wrong on this processor, or it has no such form. */
  readonly int8: { readonly timesAsFast: number } | null
}

export interface EngineInUse {
  readonly training: string
  readonly extraction: string
  readonly versions: Readonly<Record<string, string>>
  /** Engines that would have looked at photos before this one, and why they do not. */
  readonly skipped: readonly { readonly engine: string; readonly reason: string }[]
}

/** Engines of TensorFlow.js, which can train whole networks. */
export type TfjsEngine = TrainingEngineName

/** Which engine trains networks, and what it needs to start. */
export interface TrainingEngineChoice {
  readonly wanted: 'auto' | TfjsEngine
  /** Folder of the installed `tfjs-node-gpu`; null where it is not installed. */
  readonly nativeFolder: string | null
  /** Whether that is the build for NVIDIA cards; it may have found none. */
  readonly nativeForCards: boolean
  readonly threads: number
}

/** An engine that did not pass its self-test. `difference`: largest one from numbers computed elsewhere. */
export type FailedEngine = { readonly engine: TfjsEngine } & (
  { readonly state: 'wrong'; readonly difference: number } | { readonly state: 'unavailable'; readonly reason: string }
)

/** Features of many images in one append-only file; see `compute/feature-file.ts` for its form. */
export interface FeatureCache {
  readonly path: string
  readonly dim: number
}

/** Softmax regression on features: probability = softmax(x * weights + bias). */
export interface Head {
  readonly dim: number
  readonly classCount: number
  /** Row-major [dim, classCount]. */
  readonly weights: Float32Array
  /** Length classCount. */
  readonly bias: Float32Array
}

export interface HeadSettings {
  readonly epochs: number
  readonly batchSize: number
  readonly learningRate: number
  readonly schedule: Recipe['schedule']
  readonly optimiser: Recipe['optimiser']
  readonly weightDecay: number
  readonly labelSmoothing: number
  readonly classWeights: Recipe['classWeights']
  readonly dropout: number
  /** Parameter of the Beta distribution that rows are mixed by; 0: they are not. */
  readonly mixup: number
  readonly patience: number
  readonly seed: number
}

/** What a training does that is not told more. */
export const plainLearning = {
  schedule: 'constant',
  weightDecay: 0,
  labelSmoothing: 0,
  classWeights: 'none',
  dropout: 0,
  mixup: 0,
} as const satisfies Partial<HeadSettings>

/** How a network is trained, beyond what a head needs. */
export interface NetworkSettings extends HeadSettings {
  /** Learning rate of the convolutions, as a share of the head's. */
  readonly bodyRate: number
  readonly blockRates: Recipe['blockRates']
  /** Epochs in which a head is trained on the features as they are, before the network learns; 0: it begins with the class counts. */
  readonly headEpochs: number
  /** How pictures to learn from are changed, where the whole network learns: anew each time. `simple`: see `imaging/augment-simply.ts`. */
  readonly changes: RowChanges
  /** Whether batch normalisation stays folded into the convolutions as it is, or learns too. */
  readonly batchNorm: 'frozen' | 'trained'
}

/** What follows once the part after the first cut has learned: from its best weights on, everything after an earlier cut learns. */
export interface DeeperPhase {
  readonly cut: string
  /** Holds what comes in at this cut, of every row. */
  readonly cache: FeatureCache
  /** Each holds the same of one more look of every row to learn from. */
  readonly variants: readonly FeatureCache[]
  readonly epochs: number
  /** Learning rates of head and convolutions, as a share of those before. */
  readonly rate: number
}

export type NetworkEvent =
  /** Sent first. */
  | { readonly kind: 'engine'; readonly engine: TrainingEngineInUse }
  | { readonly kind: 'epoch'; readonly report: EpochReport }
  /** The second phase begins with this epoch. */
  | { readonly kind: 'deeper'; readonly epoch: number }
  /** Memory ran out: the epoch is tried again with fewer images a step. */
  | { readonly kind: 'batch-halved'; readonly from: number; readonly to: number }
  /** A step over `from` images would need more memory than there is. */
  | { readonly kind: 'batch-capped'; readonly from: number; readonly to: number }
  /** What would be needed to go on from here could not be written. */
  /** It goes on from where it was left, after these epochs. */
  | { readonly kind: 'gone-on'; readonly reports: readonly EpochReport[] }
  | { readonly kind: 'not-kept'; readonly reason: string }

export interface TrainingRow {
  readonly hash: string
  /** Index into the run's classes. */
  readonly classIndex: number
  readonly part: Part
}

export interface TrainingResult {
  readonly head: Head
  readonly bestEpoch: number
  readonly endedBecause: 'completed' | 'early-stopped' | 'stopped-by-user'
  /** Of every validation and test row, in the order of the rows: [rows, classCount], each row sums to 1. */
  readonly predictions: readonly { readonly hash: string; readonly part: Part; readonly probabilities: Float32Array }[]
  readonly seconds: number
}

/** The engine that trained a network, and those that would have come first and failed. */
export interface TrainingEngineInUse {
  readonly engine: TfjsEngine
  readonly version: string
  /** What does the arithmetic: `CPU`, `GPU`, or the name of a graphics adapter. */
  readonly device: string
  readonly skipped: readonly FailedEngine[]
}

/** What a training of a network starts from: a backbone of which everything after its cut learns, or nothing at all. */
export type NetworkStart =
  { readonly kind: 'backbone'; readonly backbone: BackboneFiles } | { readonly kind: 'scratch'; readonly inputSizePx: number }

export type TrainingTasks = {
  /** Runs the self-test and says which engines this process uses; one that is wanted by name is not replaced by another. `auto`: as with `extract`. */
  engines: Task<{ readonly wanted: ExtractorWanted; readonly settings?: StudioSettings }, never, EngineInUse>
  /** Turns a fetched source file into the neutral form in `folder`. */
  convertBackbone: Task<
    { readonly id: string; readonly sourceFiles: Readonly<Record<string, string>>; readonly folder: string },
    never,
    { readonly hash: string }
  >
  describeNetwork: DescribeNetworkTask
  /** Which of `hashes` are in the cache; a torn tail of the file is cut off. */
  cached: Task<{ readonly cache: FeatureCache; readonly hashes: readonly string[] }, never, { readonly missing: readonly string[] }>
  /**
   * Extracts features of working copies into the cache; images that are there already are passed over. An event per batch. `settings` hold
   * for this request, where the worker's environment does not say otherwise; absent: all cores and the fastest engine.
   */
  extract: Task<
    {
      readonly backbone: BackboneFiles
      readonly cache: FeatureCache
      readonly images: readonly { readonly hash: string; readonly workingCopy: string }[]
      readonly settings?: StudioSettings
      /** As `calibrate` found it; absent: a session a core. */
      readonly layout?: ExtractionLayout
    },
    { readonly done: number; readonly failed: readonly { readonly hash: string; readonly reason: string }[] },
    /** `engine` is null when nothing had to be extracted. */
    { readonly extracted: number; readonly seconds: number; readonly engine: ExtractorInUse | null }
  >
  /**
   * Those of `hashes` that have features, by the cosine between these and those of `hash`, the most similar first, at most `atMost`. `order`: places in
   * `hashes`; `similarity`: cosines in the same order, -1..1. `missing`: so many of `hashes` have no features. `unseen`: neither has `hash`.
   */
  rankSimilar: Task<
    { readonly cache: FeatureCache; readonly hash: string; readonly hashes: readonly string[]; readonly atMost: number },
    never,
    | { readonly state: 'ranked'; readonly order: Uint32Array; readonly similarity: Float32Array; readonly missing: number }
    | { readonly state: 'unseen'; readonly missing: number }
  >
  /**
   * Pairs of images whose features have a cosine of `atLeast` or more: `pairs` holds two places in `hashes` for each, the lower one first, `similarity` their
   * cosines. Of an image with very many, only some. `missing`: so many of `hashes` have no features.
   */
  nearPairs: Task<
    { readonly cache: FeatureCache; readonly hashes: readonly string[]; readonly atLeast: number },
    { readonly done: number; readonly total: number },
    { readonly pairs: Uint32Array; readonly similarity: Float32Array; readonly missing: number }
  >
  /**
   * Places of images in the plane, like ones close to each other. `hashes` are those of the asked ones that have features, in the order of their names;
   * `positions`: row-major [hashes, 2].
   */
  layOutMap: Task<
    { readonly cache: FeatureCache; readonly hashes: readonly string[] },
    { readonly step: 'reading' | 'comparing' | 'placing'; readonly done: number; readonly total: number },
    { readonly hashes: readonly string[]; readonly positions: Float32Array }
  >
  train: Task<
    {
      readonly cache: FeatureCache
      /** Each has the features of one more look of every row to learn from; an epoch draws one of its looks for each row. */
      readonly variants: readonly FeatureCache[]
      readonly classCount: number
      readonly rows: readonly TrainingRow[]
      readonly settings: HeadSettings
    },
    EpochReport,
    TrainingResult
  >
  fitTemperature: FitTemperatureTask
  nearness: NearnessTask
  checkLabels: CheckLabelsTask
  learningCurve: LearningCurveTask
  scoreFeatures: ScoreFeaturesTask
  findRate: FindRateTask
  suggest: SuggestTask
  /** Photos times classes that the training of a head sees in a second on this machine: takes a tenth of a second. */
  measureHead: Task<{ readonly dim: number; readonly classCount: number }, never, { readonly perSecond: number }>
  measureCut: MeasureCutTask
  trainNetwork: TrainNetworkTask
  /** How fast a training would be on this machine, by a short one on noise: takes a few seconds. `batchSize` of the settings bounds the memory that it takes. */
  measureTraining: Task<
    {
      readonly network: NetworkStart
      readonly engine: TrainingEngineChoice
      readonly classCount: number
      readonly parts: { readonly train: number; readonly validation: number; readonly test: number }
      readonly settings: NetworkSettings
    },
    never,
    {
      /** Images that an epoch learns from, validation included. */
      readonly learnsPerSecond: number
      /** All that a training does besides its start and its epochs, as the images a second in which it would be done. */
      readonly aroundPerSecond: number
      /** Until the engine and the network were there. */
      readonly startSeconds: number
    }
  >
  /**
   * Finds out how photos go through a network fastest on this machine: sessions, threads and photos at a time. Takes a few seconds of all cores.
   * `int8`: the same network in 8 bits, to be compared. Throws what `extract` throws.
   */
  calibrate: Task<
    { readonly backbone: BackboneFiles; readonly int8: BackboneFiles | null; readonly settings?: StudioSettings },
    { readonly done: number; readonly total: number },
    ExtractionCalibration
  >
  /** Which engine would train networks, and on what, as far as can be told without loading it; `device` is null where only loading tells. */
  expectTraining: Task<
    TrainingEngineChoice,
    never,
    { readonly engine: TfjsEngine; readonly device: string | null; readonly adapter: AdapterSearch }
  >
  /** Loads one engine that trains networks and lets it compute known numbers. */
  testEngine: Task<
    { readonly engine: TfjsEngine; readonly nativeFolder: string | null; readonly threads: number },
    never,
    ({ readonly state: 'passed'; readonly difference: number } & Omit<TrainingEngineInUse, 'skipped'>) | FailedEngine
  >
  /** Answers for network inputs. `pixels`: per input [size, size, 3] RGB bytes; `learned`: how much they look like these photos is asked for too. */
  predict: Task<
    {
      readonly backbone: BackboneFiles
      readonly head: Head
      readonly pixels: readonly Uint8Array[]
      readonly learned: LearnedPhotos | null
      readonly settings?: StudioSettings
      readonly layout?: ExtractionLayout
    },
    never,
    readonly Predicted[]
  >
  /** Writes an export into the empty folder `folder`; `kit` is `export-kits` of the resources. `files` are relative to `folder`, with `/`, sorted. */
  exportTfjs: Task<
    { readonly model: ExportModel; readonly kit: string; readonly folder: string },
    { readonly file: string },
    { readonly files: readonly string[] }
  >
  /** Loads a written export as a stranger would and answers for each file; run in a process that has done nothing else. */
  runExport: Task<
    { readonly folder: string; readonly files: readonly string[] },
    { readonly done: number },
    readonly (
      | { readonly state: 'answered'; readonly probabilities: Float32Array; readonly isRefused: boolean }
      | { readonly state: 'unreadable'; readonly reason: string }
    )[]
  >
}
