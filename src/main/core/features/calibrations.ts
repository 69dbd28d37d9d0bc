import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { env } from 'node:process'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { StudioError, toWireError } from '../../contract/errors.ts'
import type { BackboneFiles, ExtractionCalibration, ExtractionLayout } from '../../contract/worker/training-tasks.ts'
import { int8Form } from '../backbones/int8-form.ts'
import type { StudioContext } from '../context.ts'
import { studioVersion } from '../studio-version.ts'

const positive = z.number().positive()
const Calibration = z.object({
  layout: z.object({ lanes: z.int().min(1), threadsPerLane: z.int().min(1), batch: z.int().min(1) }),
  openSeconds: positive,
  photosPerSecond: positive,
  preparedPerSecond: positive,
  int8: z.object({ timesAsFast: positive }).nullable(),
}) satisfies z.ZodType<ExtractionCalibration>

/** By what was calibrated: `calibrations.json` in the studio's own folder, for every project. */
const Calibrations = z.record(z.string(), Calibration)
type Calibrations = z.infer<typeof Calibrations>

/** Less is not worth a network of its own. */
const worthwhileTimes = 1.2

type Place = Pick<StudioContext, 'dataDir' | 'threads' | 'settings'>

const fileOf = ({ dataDir }: Place): string => join(dataDir, 'calibrations.json')

/** The engine that looks at photos: the environment goes before the settings, as in the worker. */
export function extractionEngine(place: Place): string {
  return env['GRAFT_ENGINE'] ?? place.settings().extraction
}

/** Other cores, another engine or another version of it may be another speed. */
function nameOf(place: Place, { hash }: BackboneFiles): string {
  const threads = env['GRAFT_THREADS'] ?? place.settings().threads ?? place.threads
  return `${hash} ${threads} ${extractionEngine(place)} ${studioVersion}`
}

/** A file that is not there or damaged counts as nothing measured. */
function readAll(place: Place): Calibrations {
  try {
    return Calibrations.parse(JSON.parse(readFileSync(fileOf(place), 'utf8')))
  } catch {
    return {}
  }
}

/** How photos go through a backbone fastest on this machine; null where that was never measured with the settings of today. */
export function readCalibration(place: Place, backbone: BackboneFiles): ExtractionCalibration | null {
  return readAll(place)[nameOf(place, backbone)] ?? null
}

/** What goes along with a request that looks at photos: the settings, and the layout where it was measured. */
export function extractionOptions(
  place: Place,
  backbone: BackboneFiles,
): { readonly settings: ReturnType<StudioContext['settings']>; readonly layout?: ExtractionLayout } {
  const layout = readCalibration(place, backbone)?.layout
  return { settings: place.settings(), ...(layout === undefined ? {} : { layout }) }
}

/**
 * Seconds in which a network looks at photos, their reading and resizing included, by its calibration; null where it was never measured. Each core does
 * one after the other. Up to a cut it is the share of its work that lies before.
 */
export function calibratedSeconds(place: Place, backbone: BackboneFiles, photos: number): number | null {
  const calibration = readCalibration(place, backbone)
  if (calibration === null) return null
  const times = backbone.int8 === undefined ? 1 : (calibration.int8?.timesAsFast ?? 1)
  const share = backbone.workShare ?? 1
  const opening = share === 0 ? 0 : calibration.openSeconds
  return opening + photos * (share / (calibration.photosPerSecond * times) + 1 / calibration.preparedPerSecond)
}

export interface CalibrateOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

/**
 * Measures how photos go through a backbone of the catalogue fastest here, and keeps it; takes a few seconds of all cores. Throws what the worker's
 * `calibrate` throws. Where it cannot be kept, the log says so.
 */
export async function calibrateExtraction(
  context: StudioContext,
  backbone: BackboneFiles,
  { signal, onProgress }: CalibrateOptions = {},
): Promise<ExtractionCalibration> {
  const name = nameOf(context, backbone)
  const calibration = await context.workers.training.request(
    'calibrate',
    { backbone, int8: int8Form(context, backbone), settings: context.settings() },
    { signal, onEvent: ({ done, total }) => onProgress?.(done, total) },
  )
  try {
    writeFileAtomic.sync(fileOf(context), `${JSON.stringify({ ...readAll(context), [name]: calibration }, null, 2)}\n`)
  } catch (error) {
    context.log.error('a calibration is not kept', { backbone: backbone.id, error: toWireError(error) })
  }
  context.changed('backbones')
  return calibration
}

function computesInInt8(place: Place): boolean {
  return ['auto', 'onnxruntime'].includes(extractionEngine(place))
}

/**
 * The backbone in 8 bits, where that is right and faster on this machine; measured where it never was. Throws `INT8_NOT_OFFERED` with the reason,
 * and what `calibrateExtraction` throws.
 */
export async function offeredInt8(context: StudioContext, backbone: BackboneFiles): Promise<BackboneFiles> {
  const form = int8Form(context, backbone)
  const refuse = (reason: string): StudioError => new StudioError('INT8_NOT_OFFERED', { backbone: backbone.id, reason })
  if (form === null) throw refuse('this network has no form in 8 bits')
  if (!computesInInt8(context)) throw refuse(`${extractionEngine(context)} looks at photos, and only onnxruntime does it in 8 bits`)
  const { int8 } = readCalibration(context, backbone) ?? (await calibrateExtraction(context, backbone))
  if (int8 === null) throw refuse('this processor or the chosen engine does not compute rightly in 8 bits')
  if (int8.timesAsFast < worthwhileTimes) throw refuse(`it would be ${int8.timesAsFast.toFixed(1)} times as fast on this processor`)
  return form
}

/** What is known without measuring: null where it is not offered, `timesAsFast` null where it was never measured. */
export function int8Offer(context: StudioContext, backbone: BackboneFiles): { timesAsFast: number | null } | null {
  if (int8Form(context, backbone) === null || !computesInInt8(context)) return null
  const calibration = readCalibration(context, backbone)
  if (calibration === null) return { timesAsFast: null }
  const { int8 } = calibration
  return int8 === null || int8.timesAsFast < worthwhileTimes ? null : int8
}
