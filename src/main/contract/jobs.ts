import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { procedure } from './base.ts'
import { WireError } from './errors.ts'
import { JobId, RunId } from './ids.ts'
import { ImportReport, SkippedFile } from './images.ts'
import { EpochReport, RunSummary } from './runs.ts'
import { ExportProof } from './exporting.ts'
import { PhotoExportReport } from './photo-export.ts'

export const JobKind = z.enum([
  'import',
  'features',
  'compare',
  'map',
  'train',
  'export',
  'fetch-backbone',
  'calibrate',
  'install-engine',
  'sample',
  'empty-trash',
  'export-photos',
  'check-labels',
  'learning-curve',
  'advise',
  'backup',
  'restore',
  'measure-photos',
])
export type JobKind = z.infer<typeof JobKind>

/** What a job is doing now. `total` is null while it is not known; `secondsLeft` is null until a rate is known. */
export const Progress = z.object({
  step: z.enum([
    'waiting',
    'listing',
    'importing',
    'extracting',
    'comparing',
    'placing',
    'training',
    'evaluating',
    'writing',
    'packing',
    'verifying',
    'downloading',
    'converting',
    'measuring',
    'unpacking',
    'building',
    'testing',
    'deleting',
    'copying',
    'checking',
    'rereading',
    'inspecting',
    'relearning',
  ]),
  done: z.int().nonnegative(),
  total: z.int().nonnegative().nullable(),
  perSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
})
export type Progress = z.infer<typeof Progress>

export const JobResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('import'), report: ImportReport }),
  z.object({ kind: z.literal('features'), extracted: z.int(), seconds: z.number() }),
  /** Pairs of images that look alike. */
  z.object({ kind: z.literal('compare'), pairs: z.int() }),
  z.object({ kind: z.literal('map'), images: z.int() }),
  z.object({ kind: z.literal('train'), run: RunSummary }),
  z.object({ kind: z.literal('export'), proof: ExportProof }),
  z.object({ kind: z.literal('fetch-backbone'), backbone: z.string() }),
  /** The layout that was fastest, and its photos a second. */
  z.object({
    kind: z.literal('calibrate'),
    backbone: z.string(),
    layout: z.object({ lanes: z.int(), threadsPerLane: z.int(), batch: z.int() }),
    photosPerSecond: z.number(),
    int8: z.object({ timesAsFast: z.number() }).nullable(),
  }),
  z.object({ kind: z.literal('install-engine'), engine: z.string(), tensorflow: z.string(), device: z.string() }),
  z.object({ kind: z.literal('sample'), path: z.string(), images: z.int() }),
  /** `found`: labels that are likely wrong, of so many images. */
  z.object({ kind: z.literal('check-labels'), images: z.int(), found: z.int() }),
  z.object({ kind: z.literal('learning-curve'), images: z.int() }),
  /** Starting networks that were compared. */
  z.object({ kind: z.literal('advise'), networks: z.int() }),
  /** `kept`: photos that a training or an export needed. */
  z.object({ kind: z.literal('empty-trash'), images: z.int(), kept: z.int() }),
  z.object({ kind: z.literal('export-photos'), report: PhotoExportReport }),
  /** `files`: in it; `bytes`: of the one file that it is. */
  z.object({ kind: z.literal('backup'), path: z.string(), files: z.int(), images: z.int(), bytes: z.number() }),
  /** `path`: of the project that was made; `files`: in it; `lost`: names of damaged files of the backup that are not. */
  z.object({ kind: z.literal('restore'), path: z.string(), files: z.int(), images: z.int(), lost: z.array(z.string()) }),
  /** `unreadable`: photos whose copies could not be read. */
  z.object({ kind: z.literal('measure-photos'), images: z.int(), unreadable: z.int() }),
])
export type JobResult = z.infer<typeof JobResult>

export const JobState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  z.object({ state: z.literal('running'), progress: Progress }),
  z.object({ state: z.literal('succeeded'), result: JobResult }),
  z.object({ state: z.literal('failed'), error: WireError }),
  z.object({ state: z.literal('cancelled'), result: JobResult.nullable() }),
])
export type JobState = z.infer<typeof JobState>

export const Job = z.object({
  id: JobId,
  kind: JobKind,
  /** The run that a `train` job works on; null for the others. */
  runId: RunId.nullable(),
  startedAtMs: z.int().nullable(),
  state: JobState,
})
export type Job = z.infer<typeof Job>

/** Queued or running. */
export function isActive({ state }: Pick<Job, 'state'>): boolean {
  return state.state === 'queued' || state.state === 'running'
}

/** Whether this is a training that has something to keep where it is stopped now. */
export function hasEpoch({ kind, state }: Pick<Job, 'kind' | 'state'>): boolean {
  if (kind !== 'train' || state.state !== 'running') return false
  const { step, done } = state.progress
  return step === 'evaluating' || step === 'writing' || (step === 'training' && done > 0)
}

/** What a person should know of work that goes on. */
export const Notice = z.discriminatedUnion('kind', [
  /** Memory ran out: the epoch is tried again with fewer photos at a time. */
  z.object({ kind: z.literal('batch-halved'), from: z.int(), to: z.int() }),
  /** A step over so many photos would need more memory than the computer has. */
  z.object({ kind: z.literal('batch-capped'), from: z.int(), to: z.int() }),
  /** An engine that would have come first did not pass its self-test. */
  z.object({ kind: z.literal('engine-skipped'), engine: z.string(), reason: z.string() }),
  /** From this epoch on, the last `blocks` blocks learn. */
  z.object({ kind: z.literal('deeper'), epoch: z.int(), blocks: z.int() }),
])
export type Notice = z.infer<typeof Notice>

/** One job's feed: first its state as it is, then every change, and what happens on the way; ends with the job. */
export const JobEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('job'), job: Job }),
  z.object({ type: z.literal('epoch'), runId: RunId, report: EpochReport }),
  z.object({ type: z.literal('notice'), runId: RunId, notice: Notice }),
  z.object({ type: z.literal('skipped'), file: SkippedFile }),
])
export type JobEvent = z.infer<typeof JobEvent>

const one = z.object({ jobId: JobId })

export const jobs = {
  /** Every job of this process, newest last; finished ones stay until the project closes (at most the last 50). */
  list: procedure.output(z.array(Job)),
  watch: procedure.input(one).output(eventIterator(JobEvent)),
  /** Ends the job and takes back what it has not finished: an import keeps the images it has taken, a training keeps nothing. */
  cancel: procedure.input(one).output(z.void()),
  /** Ends a training after the current epoch and keeps the best one; a run that waits to go on, or has not gone on yet, rests again. For other kinds the same as cancel. */
  stop: procedure.input(one).output(z.void()),
}
