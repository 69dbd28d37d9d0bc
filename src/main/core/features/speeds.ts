import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { toWireError } from '../../contract/errors.ts'
import type { StudioContext } from '../context.ts'

/** Units per second by what was measured, as this machine last did it: in `speeds.json` of the studio's own folder, for every project. */
const Speeds = z.record(z.string(), z.number().positive())
type Speeds = z.infer<typeof Speeds>

type Place = Pick<StudioContext, 'dataDir' | 'log'>

const fileOf = ({ dataDir }: Place): string => join(dataDir, 'speeds.json')

/** A file that is not there or damaged counts as nothing measured: it is only for forecasts. */
function readSpeeds(place: Place): Speeds {
  try {
    return Speeds.parse(JSON.parse(readFileSync(fileOf(place), 'utf8')))
  } catch {
    return {}
  }
}

/** Keeps how fast this machine did `what` just now, units per second above 0. Where that cannot be written, the log says so and work goes on. */
export function recordSpeed(place: Place, what: string, perSecond: number): void {
  try {
    writeFileAtomic.sync(fileOf(place), `${JSON.stringify({ ...readSpeeds(place), [what]: perSecond }, null, 2)}\n`)
  } catch (error) {
    place.log.error('a measured speed is not kept', { what, error: toWireError(error) })
  }
}

/** Units per second; null while `what` was never measured on this machine. */
export function readSpeed(place: Place, what: string): number | null {
  return readSpeeds(place)[what] ?? null
}

const extraction = (backbone: string): string => `extract ${backbone}`

/** Photos per second that went through a backbone. */
export function recordExtraction(place: Place, backbone: string, perSecond: number): void {
  recordSpeed(place, extraction(backbone), perSecond)
}

/** Photos per second that went through a backbone the last time; null where none did. */
export function readExtraction(place: Place, backbone: string): number | null {
  return readSpeed(place, extraction(backbone))
}
