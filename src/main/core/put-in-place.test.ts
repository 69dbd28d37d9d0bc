import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { putInPlace } from './put-in-place.ts'

let root = ''
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'graft-place-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

async function make(name: string): Promise<{ folder: string; aside: string }> {
  const [folder, aside] = [join(root, `new-${name}`), join(root, `aside-${name}`)]
  await mkdir(folder)
  await mkdir(aside)
  await writeFile(join(folder, 'who'), name)
  return { folder, aside }
}

test('a folder comes into a place that is not there yet, and what was there stands aside', async () => {
  const target = join(root, 'deep', 'place')
  for (const name of ['first', 'second']) {
    const { folder, aside } = await make(name)
    await putInPlace(folder, target, aside)
    expect(await readFile(join(target, 'who'), 'utf8')).toBe(name)
  }
  expect(await readFile(join(root, 'aside-second', 'replaced-1', 'who'), 'utf8')).toBe('first')
})

test('of several that come at once none fails, and one of them stays whole', async () => {
  const target = join(root, 'place')
  for (let round = 0; round < 20; round++) {
    const made = await Promise.all(['a', 'b', 'c'].map((name) => make(`${name}${round}`)))
    await Promise.all(made.map(({ folder, aside }) => putInPlace(folder, target, aside)))
    expect(await readFile(join(target, 'who'), 'utf8')).toMatch(new RegExp(`^[abc]${round}$`))
    expect(await readdir(target)).toEqual(['who'])
  }
})
