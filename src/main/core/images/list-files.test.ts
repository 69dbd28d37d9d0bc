import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listFiles } from './list-files.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'graft-list-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), path)
  }
}
async function listed(...paths: string[]): Promise<Record<string, string | null>> {
  const { files } = await listFiles(paths.map((path) => join(root, path)))
  return Object.fromEntries(files.map(({ path, folderLabel }) => [relative(root, path), folderLabel]))
}

test('a label is the folder that holds the file below the folder given; loose files have none', async () => {
  write('set/loose.jpg', 'set/cat/1.jpg', 'set/dog/big/2.jpg', 'set/dog/3.jpg')
  expect(await listed('set')).toEqual({ 'set/loose.jpg': null, 'set/cat/1.jpg': 'cat', 'set/dog/3.jpg': 'dog', 'set/dog/big/2.jpg': 'big' })
})

test('a single folder without folders gives no labels', async () => {
  write('cat/1.jpg', 'cat/2.jpg')
  expect(await listed('cat')).toEqual({ 'cat/1.jpg': null, 'cat/2.jpg': null })
})

test('several class folders given at once are classes', async () => {
  write('cat/1.jpg', 'dog/2.jpg', 'loose.jpg')
  expect(await listed('cat', 'dog', 'loose.jpg')).toEqual({ 'cat/1.jpg': 'cat', 'dog/2.jpg': 'dog', 'loose.jpg': null })
})

test('names are in the order in which people count', async () => {
  write('s/10.jpg', 's/9.jpg', 's/b/1.jpg', 's/a10/1.jpg', 's/a9/1.jpg')
  expect(Object.keys(await listed('s'))).toEqual(['s/9.jpg', 's/10.jpg', 's/a9/1.jpg', 's/a10/1.jpg', 's/b/1.jpg'])
})

test('hidden files, the litter of systems and projects are passed over', async () => {
  write('s/a/1.jpg', 's/.DS_Store', 's/a/Thumbs.db', 's/__MACOSX/a/._1.jpg', 's/.git/x', 's/a/desktop.ini', 's/old.graft/images/x.jpg')
  expect(await listed('s')).toEqual({ 's/a/1.jpg': 'a' })
})

test('links to folders are followed once, also in a circle; a link to nowhere is listed so that it is reported', async () => {
  write('s/a/1.jpg', 'elsewhere/b/2.jpg')
  symlinkSync(join(root, 's'), join(root, 's/a/up'))
  symlinkSync(join(root, 'elsewhere/b'), join(root, 's/b'))
  symlinkSync(join(root, 'elsewhere/b'), join(root, 's/c'))
  symlinkSync(join(root, 'nowhere'), join(root, 's/a/gone.jpg'))
  expect(await listed('s')).toEqual({ 's/a/1.jpg': 'a', 's/a/gone.jpg': 'a', 's/b/2.jpg': 'b' })
})

test('a file that is reached twice is listed once', async () => {
  write('s/a/1.jpg', 's/a/2.jpg')
  expect(Object.keys(await listed('s/a/2.jpg', 's', 's/a'))).toEqual(['s/a/2.jpg', 's/a/1.jpg'])
})

test('what cannot be imported at all is refused with its reason', async () => {
  write('p.graft/project.sqlite')
  mkdirSync(join(root, 'empty/in/side'), { recursive: true })
  await expect(listed('p.graft')).rejects.toMatchObject({ code: 'INVALID_INPUT', details: { reason: expect.stringContaining('p.graft') } })
  await expect(listed('empty')).rejects.toMatchObject({ code: 'NOTHING_TO_IMPORT', details: { path: join(root, 'empty') } })
  await expect(listed('nowhere')).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND', details: { path: join(root, 'nowhere') } })
  await expect(listed('nowhere.jpg')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
})

test('a cancelled walk ends', async () => {
  write('s/a/1.jpg')
  await expect(listFiles([join(root, 's')], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
})
