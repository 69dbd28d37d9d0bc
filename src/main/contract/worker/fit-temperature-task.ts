import type { Tempering } from '../sureness.ts'
import type { Task } from './protocol.ts'

/**
 * Finds the temperature of a run from what it said of photos that it has not learned from. `probabilities`: row-major [classes, classCount], as trained;
 * `classes`: of each row the class that is right.
 */
export type FitTemperatureTask = Task<
  { readonly probabilities: Float32Array; readonly classes: Int32Array; readonly classCount: number },
  never,
  Tempering
>
