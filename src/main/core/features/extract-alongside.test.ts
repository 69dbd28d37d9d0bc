import { afterAll, expect, test } from 'vitest'
import type { OpenProject, StudioContext } from '../context.ts'
import { openDatabase } from '../db/open-database.ts'
import { extractAlongside } from './extract-alongside.ts'

/** A context whose training worker answers as a test says; nothing else of it is touched. */
function contextWith(request: () => Promise<unknown>, logged: string[]): StudioContext {
  const log = { info: () => undefined, error: (message: string) => void logged.push(message) }

  const settings = () => ({ threads: null, extraction: 'auto', training: 'auto' })
  return { log, settings, workers: { training: { request } } } as unknown as StudioContext
}
const db = openDatabase(':memory:')
afterAll(() => void db.close())
const project = { db, files: { features: '/features', workingCopies: '/images' } } as unknown as OpenProject
const backbone = { id: 'any', hash: 'a', folder: '/', inputSizePx: 1, featureDim: 1 }
const hashes = (count: number): string[] => Array.from({ length: count }, (_, index) => index.toString(16).padStart(64, '0'))

test('after a failure the request under way is waited for and nothing more is asked', async () => {
  const logged: string[] = []
  let asked = 0
  let answerSecond: (answer: unknown) => void = () => undefined
  const request = (): Promise<unknown> =>
    ++asked === 1 ? Promise.reject(new Error('no room')) : new Promise((resolve) => (answerSecond = resolve))
  const alongside = extractAlongside(contextWith(request, logged), project, backbone, new AbortController().signal)
  alongside.add(hashes(2000))
  let hasEnded = false
  const end = alongside.finish(() => undefined).then(() => (hasEnded = true))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect([asked, hasEnded]).toEqual([2, false])
  alongside.add(hashes(100))
  answerSecond({ extracted: 256, seconds: 0, engine: null })
  await end
  expect([asked, logged]).toEqual([2, ['the features of this import are left for later']])
})

test('progress of the two requests under way is added up and never goes back', async () => {
  const listeners: ((event: unknown) => void)[] = []
  const answers: ((answer: unknown) => void)[] = []
  const request = (_task: string, _input: unknown, { onEvent }: { onEvent: (event: unknown) => void }): Promise<unknown> => {
    listeners.push(onEvent)
    return new Promise((resolve) => answers.push(resolve))
  }
  const context = contextWith(request as unknown as () => Promise<unknown>, [])
  const alongside = extractAlongside(context, project, backbone, new AbortController().signal)
  alongside.add(hashes(400))
  await new Promise((resolve) => setTimeout(resolve, 20))
  const told: number[] = []
  const end = alongside.finish((done) => told.push(done))
  for (const [index, done] of [100, 40, 256, 144].entries()) listeners[index % 2]!({ done, failed: [] })
  for (const answer of answers) answer({ extracted: 200, seconds: 0, engine: null })
  await end
  expect(told).toEqual([100, 140, 296, 400])
})
