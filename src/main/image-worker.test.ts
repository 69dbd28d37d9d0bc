import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImageTasks } from './contract/worker/image-tasks.ts'
import { drawJpeg } from './imaging/testing/drawn-pictures.ts'
import { StartedWorker } from './imaging/testing/start-worker.ts'
import { decodeWorkingCopy } from './imaging/working-copy.ts'

const entry = new URL('./image-worker.ts', import.meta.url)
let root = ''
let worker: StartedWorker<ImageTasks>
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'graft-image-worker-'))
  worker = new StartedWorker(entry)
})
afterEach(async () => {
  await worker.kill()
  await rm(root, { recursive: true, force: true })
})

/** Files with as many different contents: a JPEG may be followed by anything. */
async function drawFiles(count: number): Promise<{ index: number; path: string }[]> {
  const pictures = await Promise.all([drawJpeg(500, 375, 1), drawJpeg(640, 480, 2), drawJpeg(375, 500, 3)])
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const path = join(root, `${index}.jpg`)
      await writeFile(path, Buffer.concat([pictures[index % 3]!, Buffer.from(String(index))]))
      return { index, path }
    }),
  )
}

const request = (files: { index: number; path: string }[]): ImageTasks['prepare']['input'] => ({
  files,
  folders: { workingCopies: join(root, 'copies'), thumbnails: join(root, 'thumbnails'), workingCopyPx: 384 },
})

async function pictureFiles(folder: string): Promise<string[]> {
  const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile() && entry.name.endsWith('.jpg')).map((entry) => join(entry.parentPath, entry.name))
}

describe('the image worker', () => {
  test('killed in the middle of its work leaves no torn picture, and what it told of is there', async () => {
    const told: string[] = []
    const files = await drawFiles(400)
    const running = worker.request('prepare', request(files), (event) => {
      if (event.state === 'prepared') told.push(event.image.hash)
      if (told.length === 60) worker.process.kill('SIGKILL')
    })
    await expect(running.result).rejects.toThrow('the worker has ended')
    expect(told.length).toBeLessThan(400)
    const copies = await pictureFiles('copies')
    for (const path of copies) await decodeWorkingCopy(await readFile(path))
    for (const path of await pictureFiles('thumbnails'))
      await sharp(await readFile(path), { failOn: 'warning' })
        .raw()
        .toBuffer()
    for (const hash of told) expect(copies.some((path) => path.endsWith(`${hash}.jpg`))).toBe(true)
  })

  test('cancelled, answers CANCELLED and can go on', async () => {
    const files = await drawFiles(200)
    let seen = 0
    const running = worker.request('prepare', request(files), () => {
      if (++seen === 5) running.cancel()
    })
    await expect(running.result).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(seen).toBeLessThan(200)
    await expect(worker.request('prepare', request(files.slice(0, 20))).result).resolves.toBeNull()
  })

  test('gives pixels to another process unchanged', async () => {
    const [file] = await drawFiles(1)
    const [answer] = await worker.request('toNetworkInput', { files: [file!.path, join(root, 'none')], workingCopyPx: 384, sizePx: 64 })
      .result
    expect(answer).toMatchObject({ state: 'ready' })
    if (answer?.state === 'ready') expect(answer.pixels.length).toBe(64 * 64 * 3)
  })

  test('draws what the network sees as a PNG of exactly those pixels', async () => {
    const [file] = await drawFiles(1)
    const request = { files: [file!.path], workingCopyPx: 384, sizePx: 64, withPng: true }
    const [answer] = await worker.request('toNetworkInput', request).result
    if (answer?.state !== 'ready' || answer.png === null) throw new Error('no picture came')
    const { data, info } = await sharp(answer.png).raw().toBuffer({ resolveWithObject: true })
    expect(info).toMatchObject({ format: 'raw', width: 64, height: 64, channels: 3 })
    expect(data.equals(answer.pixels)).toBe(true)
  })

  test('needs no more memory for a thousand photos than for two hundred', async () => {
    const files = await drawFiles(1000)
    const settled = async (): Promise<number> => {
      // Signs of life carry the memory; the next one tells of the work before it.
      const before = worker.signsOfLife
      while (worker.signsOfLife < before + 2) await new Promise((resolve) => setTimeout(resolve, 50))
      return worker.peakBytes
    }
    await worker.request('prepare', request(files.slice(0, 200))).result
    const afterFew = await settled()
    await worker.request('prepare', request(files)).result
    // The garbage collector takes its time; a leak of one decoded picture each would be 400 MB.
    expect((await settled()) - afterFew).toBeLessThan(120e6)
  })

  test('ends when the process that started it is gone', async () => {
    const gone = new Promise((resolve) => worker.process.once('exit', (_, signal) => resolve(signal)))
    await worker.request('prepare', request(await drawFiles(1))).result
    worker.process.disconnect()
    expect(await gone).toBe('SIGKILL')
  })
})
