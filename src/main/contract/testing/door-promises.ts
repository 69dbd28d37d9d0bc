import type { StudioClient } from '../contract.ts'
import { isStudioError } from '../errors.ts'
import type { JobEvent } from '../jobs.ts'
import type { StudioSide } from './studio-side.ts'

/** A door with somebody before it and somebody behind it. A project called `Door` is open, and nothing is in it. */
export interface DoorBench {
  readonly client: StudioClient
  readonly studio: StudioSide
}

/**
 * Something that holds through every door. Plain data comes out of `observe`, so that it can be asked in the process of the caller, which may
 * be a page without a test runner, and compared with `expected` where the runner is. To be asked in order, through one door.
 */
export interface DoorPromise {
  readonly promise: string
  readonly observe: (bench: DoorBench) => Promise<unknown>
  readonly expected: unknown
}

const calls: readonly DoorPromise[] = [
  {
    promise: 'a call answers what the procedure answers',
    observe: async ({ client }) => {
      const { door, threads, engine } = await client.studio.info()
      const { name, position, images, id } = await client.classes.add({ name: 'Wespe 🐝' })
      const listed = await client.classes.list()
      const engines = { training: engine?.training, extraction: typeof engine?.extraction }
      return { door, threads, engines, added: { name, position, images }, isListed: listed.length === 1 && listed[0]?.id === id }
    },
    expected: {
      door: 'test',
      threads: 2,
      engines: { training: 'cpu', extraction: 'string' },
      added: { name: 'Wespe 🐝', position: 0, images: 0 },
      isListed: true,
    },
  },
  {
    promise: 'a failure is a StudioError with its code and its details',
    observe: ({ client }) => failureOf(client.runs.get({ run: 'nothere1' })),
    expected: { isStudioError: true, code: 'RUN_NOT_FOUND', details: { run: 'nothere1' } },
  },
  {
    promise: 'input of a wrong form is refused with the place and the reason',
    observe: async ({ client }) => {
      const escape = await failureOf(client.images.get({ hash: '../../etc/passwd' }))
      const empty = await failureOf(client.images.list({} as never))
      return { name: await failureOf(client.classes.add({ name: '   ' })), others: [escape, empty].map((each) => each?.code) }
    },
    expected: {
      name: { isStudioError: true, code: 'INVALID_INPUT', details: { reason: 'the name must not be empty' } },
      others: ['INVALID_INPUT', 'INVALID_INPUT'],
    },
  },
  {
    promise: 'a procedure that does not exist fails and breaks nothing',
    observe: async ({ client }) => {
      // In-process there is no such function; over a wire the studio answers that there is none.
      const call = async (): Promise<unknown> => (client.project as unknown as { explode(): Promise<unknown> }).explode()
      const failure = await failureOf(call())
      return { hasFailed: failure !== null, project: (await client.project.current())?.name }
    },
    expected: { hasFailed: true, project: 'Door' },
  },
]

const feeds: readonly DoorPromise[] = [
  {
    promise: 'a feed arrives in order and ends with its job',
    observe: async ({ client, studio }) => {
      const jobId = await studio.startWaitingJob()
      const seen: JobEvent[] = []
      for await (const event of await client.jobs.watch({ jobId })) {
        seen.push(event)
        if (seen.length === 1) for (const detail of ['one', 'two', 'three']) await studio.tell(jobId, detail)
        if (event.type === 'skipped' && event.file.detail === 'three') await client.jobs.cancel({ jobId })
      }
      const last = seen.at(-1)
      const details = seen.flatMap((event) => (event.type === 'skipped' ? [event.file.detail] : []))
      return { details, last: last?.type === 'job' ? last.job.state.state : last?.type }
    },
    expected: { details: ['one', 'two', 'three'], last: 'cancelled' },
  },
  {
    promise: 'a feed that fails fails with a StudioError',
    observe: ({ client }) =>
      failureOf(
        (async () => {
          for await (const event of await client.jobs.watch({ jobId: 'nothere' })) return event
          return null
        })(),
      ),
    expected: { isStudioError: true, code: 'JOB_NOT_FOUND', details: { job: 'nothere' } },
  },
  {
    promise: 'a reader that leaves is let go by the studio',
    observe: async ({ client, studio }) => {
      const jobId = await studio.startWaitingJob()
      const feed = await client.jobs.watch({ jobId })
      await feed.next()
      await readersAre(1, studio)
      await feed.return()
      await readersAre(0, studio)
      return end({ client, studio }, jobId)
    },
    expected: 'ended',
  },
  {
    promise: 'a reader that aborts is let go by the studio, also while it waits for an event that will not come',
    observe: async ({ client, studio }) => {
      const jobId = await studio.startWaitingJob()
      const abort = new AbortController()
      const feed = await client.jobs.watch({ jobId }, { signal: abort.signal })
      await feed.next()
      await readersAre(1, studio)
      const waiting = (async () => {
        for (let next = await feed.next(); next.done !== true; next = await feed.next());
      })().catch((error: unknown) => error)
      abort.abort()
      await waiting
      await readersAre(0, studio)
      return end({ client, studio }, jobId)
    },
    expected: 'ended',
  },
]

const long = 'ü'.repeat(2_000_000)

const amounts: readonly DoorPromise[] = [
  {
    promise: 'megabytes go both ways',
    observe: async ({ client, studio }) => {
      const hashes = Array.from({ length: 60_000 }, (_, index) => index.toString(16).padStart(64, '0'))
      const failure = await failureOf(client.labels.set({ hashes, classId: null }))
      const jobId = await studio.startWaitingJob()
      let arrived = 0
      for await (const event of await client.jobs.watch({ jobId })) {
        if (event.type === 'skipped') {
          arrived = event.file.detail.length
          await client.jobs.cancel({ jobId })
        } else if (event.type === 'job' && event.job.state.state === 'running') await studio.tell(jobId, long)
      }
      return { code: failure?.code, arrived }
    },
    expected: { code: 'IMAGE_NOT_FOUND', arrived: long.length },
  },
  {
    promise: 'many calls at once are told apart',
    observe: async ({ client }) => {
      const names = Array.from({ length: 50 }, (_, index) => `class ${index}`)
      const added = await Promise.all(names.map((name) => client.classes.add({ name })))
      return added.map(({ name }) => name)
    },
    expected: Array.from({ length: 50 }, (_, index) => `class ${index}`),
  },
]

/** What the studio promises to whoever calls it, whichever door the call comes through. */
export const doorPromises: readonly DoorPromise[] = [...calls, ...feeds, ...amounts]

interface Failure {
  readonly isStudioError: boolean
  readonly code: string | null
  readonly details: unknown
}

/** What a call failed with; null when it did not fail. */
async function failureOf(call: Promise<unknown>): Promise<Failure | null> {
  try {
    await call
    return null
  } catch (error) {
    if (isStudioError(error)) return { isStudioError: true, code: error.code, details: error.details }
    return { isStudioError: false, code: null, details: String(error) }
  }
}

/** Ends with the runner's patience, not with one of its own. */
async function readersAre(count: number, studio: StudioSide): Promise<void> {
  while ((await studio.openReaders()) !== count) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function end({ client, studio }: DoorBench, jobId: string): Promise<'ended'> {
  await client.jobs.cancel({ jobId })
  await studio.ended(jobId)
  return 'ended'
}
