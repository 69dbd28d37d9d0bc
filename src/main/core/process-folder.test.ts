import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { execPath, pid } from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isProcessAlive, openProcessFolder } from './process-folder.ts'

const log = { info: () => undefined, error: () => undefined }
let parent: string
beforeEach(() => void (parent = join(mkdtempSync(join(tmpdir(), 'graft-process-')), 'deeper')))
afterEach(() => rmSync(join(parent, '..'), { recursive: true, force: true }))

test('a process lives or does not, and what is no id is none', () => {
  const { pid: ended } = spawnSync(execPath, ['--version'])
  expect([pid, ended, 0, -1, 1.5, NaN].map(isProcessAlive)).toEqual([true, false, false, false, false, false])
})

test('what processes that have ended left goes, and what living ones hold or is none of ours stays', async () => {
  mkdirSync(parent)
  const stays = ['.work-1-abc', `.work-${pid}-abc`, '999999999-abc', '.work-x-abc', 'notes']
  for (const name of ['.work-999999999-abc', ...stays]) mkdirSync(join(parent, name, 'inside'), { recursive: true })
  const own = await openProcessFolder(parent, { prefix: '.work-', log })
  expect(readdirSync(parent).sort()).toEqual([...stays, basename(own)].sort())
})

test('the folder is made with its parent, for this user alone, and each is another one', async () => {
  const [first, second] = [await openProcessFolder(parent, { log }), await openProcessFolder(parent, { log })]
  expect(first).not.toBe(second)
  for (const folder of [first, second]) expect([existsSync(folder), statSync(folder).mode & 0o777]).toEqual([true, 0o700])
})
