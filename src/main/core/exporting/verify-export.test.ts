import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from 'node:process'
import { afterAll, expect, test } from 'vitest'
import { hashOfFile } from './verify-export.ts'

const folder = mkdtempSync(join(tmpdir(), 'graft-hash-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const never = new AbortController().signal

test('a file is known by its SHA-256, and one that is not there by nothing', async () => {
  writeFileSync(join(folder, 'abc'), 'abc')
  // FIPS 180-4, example B.1.
  expect(await hashOfFile(join(folder, 'abc'), never)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(await hashOfFile(join(folder, 'gone'), never)).toBe(null)
})

test.skipIf(platform === 'win32')('an original that is a device without end is no file', { timeout: 5000 }, async () => {
  expect(await hashOfFile('/dev/zero', never)).toBe(null)
})

test('an abort ends the reading', async () => {
  await expect(hashOfFile(join(folder, 'abc'), AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})
