import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { chromium } from 'playwright'
import sharp from 'sharp'
import { graftEvents } from './graft-command.ts'
import { makeProject } from './made-project.ts'
import { test } from './temporary-folder.ts'

/**
 * A browser decodes and reduces a photo by its own means, which round otherwise than the studio's; on photos on which the network is in
 * doubt, that moves probabilities. Measured over 240 photos of up to 2,000 px: 0.05 at most for photos, half of them below 0.001.
 */
const browserDifference = 0.1

const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.json': 'application/json' }

/** A web server that knows nothing but files. */
async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    const file = join(folder, path.endsWith('/') ? `${path}index.html` : path)
    try {
      const bytes = readFileSync(file)
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(bytes)
    } catch (error) {
      response.writeHead(404).end(String(error))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** A page in the system's own browser; every problem that it tells goes to `problems`. */
async function withPage(problems: string[], work: (page: Page) => Promise<void>): Promise<void> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    const page = await context.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
    await work(page)
  } finally {
    await browser.close()
  }
}

/** Trains on a few photos and exports; answers the folder of the export, and that of the photos. */
async function makeExport(folder: string): Promise<{ readonly exported: string; readonly photoFolder: string }> {
  const { path, photos } = await makeProject(folder, { perClass: 40, runs: [10] })
  const told = await graftEvents(['export', path, 'latest', '--format', 'tfjs', '--out', 'exports'], { cwd: folder })
  return { exported: String(told.at(-1)?.['folder']), photoFolder: photos }
}

interface Proof {
  readonly classes: readonly string[]
  readonly answers: readonly { readonly image: string; readonly studio: readonly number[] }[]
}

/** Gives the page one photo and reads its bars, in the order of `classes`. */
async function answerOf(page: Page, photo: string, classes: readonly string[]): Promise<number[]> {
  await page.locator('#file').setInputFiles(photo)
  await expect(page.locator('#photo')).toHaveAttribute('alt', `The photo ${basename(photo)}`)
  const bars = await page
    .locator('#bars li')
    .evaluateAll((items) => items.map((item) => [item.getAttribute('data-class'), Number(item.getAttribute('data-probability'))] as const))
  const byClass = new Map(bars)
  return classes.map((name) => byClass.get(name) ?? NaN)
}

const best = (probabilities: readonly number[]): number => probabilities.indexOf(Math.max(...probabilities))

test('the page of an export answers in a browser as the studio does, and asks nobody else', async ({ folder }) => {
  const { exported, photoFolder } = await makeExport(folder)
  const proof = JSON.parse(readFileSync(join(exported, 'proof.json'), 'utf8')) as Proof
  const photos = new Map(
    globSync(join(photoFolder, '*/*')).map((path) => [createHash('sha256').update(readFileSync(path)).digest('hex'), path]),
  )
  const server = await serve(exported)
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const problems: string[] = []
  const strangers: string[] = []
  try {
    await withPage(problems, async (page) => {
      page.on(
        'request',
        (request) => !request.url().startsWith(address) && !/^(blob|data):/.test(request.url()) && strangers.push(request.url()),
      )
      await page.goto(address)
      await expect(page.locator('html')).toHaveAttribute('data-ready', 'wasm')
      let largest = 0
      for (const { image, studio } of proof.answers) {
        const photo = photos.get(image)
        if (photo === undefined) throw new Error(`no photo has the hash ${image}`)
        const answer = await answerOf(page, photo, proof.classes)
        largest = Math.max(largest, ...answer.map((probability, index) => Math.abs(probability - (studio[index] ?? NaN))))
        const isSure = Math.max(...studio) - (studio.toSorted((first, second) => second - first)[1] ?? 0) > browserDifference
        if (isSure) expect(best(answer), basename(photo)).toBe(best(studio))
      }
      process.stdout.write(`browser and studio: ${proof.answers.length} test photos, largest difference ${largest.toFixed(4)}\n`)
      expect(largest).toBeLessThan(browserDifference)

      // A photo that lies on its side with a tag that says so is looked at upright.
      const sure = proof.answers.find(({ studio }) => Math.max(...studio) > 0.9)
      const lying = join(folder, 'lying.jpg')
      await sharp(photos.get(sure?.image ?? ''))
        .rotate(270)
        .withMetadata({ orientation: 6 })
        .jpeg({ quality: 95 })
        .toFile(lying)
      expect(best(await answerOf(page, lying, proof.classes))).toBe(best(sure?.studio ?? []))

      await page.locator('#file').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no picture') })
      await expect(page.getByRole('alert')).toContainText('notes.txt could not be read as a picture')
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
      }
    })
    await test.step('less sure than asked for, it says none of these and what its best guess is', () =>
      withPage(problems, async (page) => {
        const labels = JSON.parse(readFileSync(join(exported, 'labels.json'), 'utf8')) as object
        await page.route('**/labels.json', (route) => route.fulfill({ json: { ...labels, answerFrom: 1.01 } }))
        await page.goto(address)
        await expect(page.locator('html')).toHaveAttribute('data-ready', 'wasm')
        const [photo = ''] = photos.values()
        const answer = await answerOf(page, photo, proof.classes)
        const guess = proof.classes[best(answer)] ?? ''
        await expect(page.locator('#verdict')).toContainText(`None of these It is not sure enough. Its best guess: ${guess}`)
        await expect(page.locator('#bars li.first')).toHaveCount(0)
      }))
    expect(problems).toEqual([])
    expect(strangers).toEqual([])
  } finally {
    server.close()
  }

  await test.step('opened as a file, it says how to serve it', () =>
    withPage([], async (page) => {
      await page.goto(pathToFileURL(join(exported, 'index.html')).href)
      await expect(page.locator('#not-served')).toBeVisible()
      await expect(page.locator('#not-served')).toContainText('python3 -m http.server')
      await expect(page.locator('#studio')).toHaveCount(0)
    }))
})
