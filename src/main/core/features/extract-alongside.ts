import { toWireError } from '../../contract/errors.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { extractPart } from './extract-features.ts'

/** Extraction that runs beside an import and is fed by it. */
export interface Alongside {
  /** Images whose working copies are on the disk. */
  add(hashes: readonly string[]): void
  /** Nothing more will be added: waits until everything is extracted, given up, or cancelled. Never rejects. */
  finish(onProgress: (done: number, total: number) => void): Promise<void>
}

/** Small enough that the first photos are in the network while the next ones are decoded, large enough to fill its batches. */
const mostPerRequest = 256
const fewestPerRequest = 16

/** For an import without features. */
export const noExtraction: Alongside = { add: () => undefined, finish: () => Promise.resolve() }

/**
 * Extracts the features of images as they are added, at most 256 in one request. An import does not depend on it: what fails is
 * logged and left to the training, which extracts what is missing.
 */
export function extractAlongside(context: StudioContext, project: OpenProject, backbone: BackboneFiles, signal: AbortSignal): Alongside {
  const waiting: string[] = []
  let total = 0
  let done = 0
  /** Of the requests under way. */
  const doneOf = new Map<readonly string[], number>()
  let closed = false
  let over = false
  const wakers: (() => void)[] = []
  const wake = (): void => {
    for (const waker of wakers.splice(0)) waker()
  }
  let onProgress: (done: number, total: number) => void = () => undefined
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)

  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      if (waiting.length < (closed ? 1 : fewestPerRequest)) {
        if (closed) return
        await new Promise<void>((resolve) => wakers.push(resolve))
        continue
      }
      const part = waiting.splice(0, mostPerRequest)
      const report = (inPart: number): void => {
        doneOf.set(part, inPart)
        onProgress(done + [...doneOf.values()].reduce((sum, each) => sum + each, 0), total)
      }
      const { failed } = await extractPart(context, project, backbone, part, report, signal)
      doneOf.delete(part)
      done += part.length
      for (const [image, reason] of failed) context.log.info('features of an image are left for later', { image, reason })
    }
  }
  /** What fails once would fail again: the other request is still waited for, and nothing is asked for after it. */
  const giveUp = (error: unknown): void => {
    if (!over && !signal.aborted) context.log.error('the features of this import are left for later', { error: toWireError(error) })
    over = true
    closed = true
    waiting.length = 0
    wake()
  }
  // Two requests under way: the next one is there when one ends, so that the network never waits.
  const working = Promise.all([work().catch(giveUp), work().catch(giveUp)]).finally(() => {
    over = true
    signal.removeEventListener('abort', onAbort)
  })

  return {
    add: (hashes) => {
      if (over) return
      waiting.push(...hashes)
      total += hashes.length
      wake()
    },
    finish: async (listener) => {
      closed = true
      onProgress = listener
      wake()
      await working
    },
  }
}
