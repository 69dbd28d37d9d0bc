import type { BackboneFiles, Head } from './training-tasks.ts'

/** Everything an export is written from. */
export interface ExportModel {
  readonly backbone: BackboneFiles
  readonly head: Head
  readonly classNames: readonly string[]
  /** It answers only where it is at least so sure, 0..1; 0: always. */
  readonly answerFrom: number
  readonly title: string
  /** Lines for the README of the export: when it was trained, on what, how good it is. */
  readonly facts: readonly string[]
}
