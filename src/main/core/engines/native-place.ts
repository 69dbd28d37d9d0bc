import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { TrainingEngineWanted } from '../../contract/engines.ts'
import type { TrainingEngineChoice } from '../../contract/worker/training-tasks.ts'
import type { StudioContext } from '../context.ts'

/** In the folder of an installed engine. */
export const recordFile = 'engine.json'

/** `engine.json` in the folder of the installed engine: written last, so that a folder that has it is whole. */
export const NativeRecord = z.object({
  engine: z.literal('tfjs-node-gpu'),
  package: z.string(),
  tensorflow: z.string(),
  /** Whether the library is the one for graphics cards. */
  gpu: z.boolean(),
  binding: z.enum(['compiled', 'prebuilt']),
  sizeBytes: z.int(),
  installedAtMs: z.int(),
})
export type NativeRecord = z.infer<typeof NativeRecord>

/** Engines that were brought to this machine, in the studio's own folder. */
export function enginesFolder(dataDir: string): string {
  return join(dataDir, 'engines')
}

/** Where `tfjs-node-gpu` lies, or will lie. */
export function nativePlace(dataDir: string): string {
  return join(enginesFolder(dataDir), 'tfjs-node-gpu')
}

/** What is installed; null where nothing is, or not all of it. */
export function readNative(dataDir: string): NativeRecord | null {
  try {
    return NativeRecord.parse(JSON.parse(readFileSync(join(nativePlace(dataDir), recordFile), 'utf8')))
  } catch {
    return null
  }
}

/** Folder of the installed `tfjs-node-gpu`; null where it is not installed. */
export function nativeFolder(dataDir: string): string | null {
  return readNative(dataDir) === null ? null : nativePlace(dataDir)
}

/** What the worker needs to know of the engine that is wanted. */
export function trainingEngineChoice(context: StudioContext, wanted: TrainingEngineWanted): TrainingEngineChoice {
  const { threads } = context.settings()
  const native = readNative(context.dataDir)
  return {
    wanted,
    nativeFolder: native === null ? null : nativePlace(context.dataDir),
    nativeForCards: native?.gpu ?? false,
    threads: threads ?? context.threads,
  }
}
