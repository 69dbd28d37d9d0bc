/**
 * An image worker that does what the names of its files say: `dies...` ends the process, `diesonce...` the first time only, `full...`
 * finds the disk full, the copies of `left...` are there already, anything else is a picture. Several files are under way at a time and end in another order than they began in.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StudioError } from '../../contract/errors.ts'
import type { ImageTasks, Prepared } from '../../contract/worker/image-tasks.ts'
import type { FromWorker, ToWorker } from '../../contract/worker/protocol.ts'
import { serveWorker } from '../../contract/worker/serve.ts'

async function prepareFile({ path, index, anew = false }: ImageTasks['prepare']['input']['files'][number]): Promise<Prepared> {
  const name = basename(path)
  // The later of every pair of files is ready first.
  await delay(index % 2 === 0 ? 12 : 1)
  if (name.startsWith('diesonce') && !existsSync(`${path}.died`)) {
    writeFileSync(`${path}.died`, '')
    process.abort()
  }
  if (name.startsWith('dies-')) process.abort()
  if (name.startsWith('full')) throw new StudioError('DISK_FULL', { path, neededBytes: null, freeBytes: 0 })
  const content = readFileSync(path)
  const hash = createHash('sha256').update(content).digest('hex')
  if (name.startsWith('left') && !anew) return { index, state: 'known', hash }
  const image = {
    hash,
    name,
    format: 'jpeg',
    widthPx: 4,
    heightPx: 3,
    sizeBytes: content.length,
    perceptualHash: hash.slice(0, 16),
    pixelHash: hash.slice(0, 16),
    taken: null,
    measure: { blur: 0, highlight: 200, middleWhite: 0 },
  }
  return { index, state: 'prepared', image }
}

process.on('disconnect', () => process.exit())
serveWorker<ImageTasks>(
  {
    post: (message: FromWorker) => void process.send?.(message),
    listen: (listener) => void process.on('message', (message) => listener(message as ToWorker)),
  },
  {
    prepare: async ({ files }, { emit, signal }) => {
      const met = new Map<string, number>()
      let next = 0
      const take = async (): Promise<void> => {
        for (let file = files[next++]; file !== undefined && !signal.aborted; file = files[next++]) {
          const prepared = await prepareFile(file)
          const hash = prepared.state === 'prepared' ? prepared.image.hash : ''
          emit(met.has(hash) ? { index: file.index, state: 'known', hash } : prepared)
          if (hash !== '') met.set(hash, file.index)
        }
      }
      await Promise.all(Array.from({ length: 8 }, take))
      signal.throwIfAborted()
      return null
    },
    measure: () => Promise.resolve(null),
    toNetworkInput: async () => [],
    drawLooks: async () => [],
  },
  () => process.memoryUsage.rss(),
)
