import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'graft-folder-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const notWritable = (reason: string): Error =>
  expect.objectContaining({ code: 'NOT_WRITABLE', details: expect.objectContaining({ reason }) as object }) as Error

test('a folder is made with those above it, and the first new one is named', () => {
  expect(makeFolder(join(root, 'a/b/c'))).toBe(join(root, 'a'))
  expect(makeFolder(join(root, 'a/b/d'))).toBe(join(root, 'a/b/d'))
  expect(makeFolder(join(root, 'a/b'))).toBeNull()
})

test('a file in the way is told, also a link that leads nowhere', () => {
  writeFileSync(join(root, 'file'), '')
  symlinkSync(join(root, 'gone'), join(root, 'link'))
  for (const path of ['file', 'file/inside/deeper', 'link']) {
    expect(() => makeFolder(join(root, path))).toThrow(notWritable('it is a file, not a folder'))
  }
})

test.runIf(existsSync('/proc/self'))('a place where the system makes no folders is refused at once', () => {
  for (const path of ['/proc/x', '/proc/x/y/z']) expect(() => makeFolder(path)).toThrow(notWritable('nothing can be made there'))
})
