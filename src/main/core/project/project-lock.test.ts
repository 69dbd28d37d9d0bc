import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeProjectLock } from './project-lock.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-lock-'))
  file = join(folder, 'lock.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Another process that takes the lock, says so, and waits; or ends by itself. */
async function otherProcess(then: 'waits' | 'exits') {
  const script = `import { takeProjectLock } from ${JSON.stringify(new URL('project-lock.ts', import.meta.url).href)}
    takeProjectLock(${JSON.stringify(file)})
    process.stdout.write('taken')
    ${then === 'waits' ? 'setInterval(() => {}, 1000)' : 'setTimeout(() => process.exit(3), 1)'}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  await once(child.stdout, 'data')
  return { child, exited }
}

test('a second process is refused and told who holds the project', async () => {
  const { child, exited } = await otherProcess('waits')
  expect(() => takeProjectLock(file)).toThrow(
    expect.objectContaining({ code: 'PROJECT_LOCKED', details: { path: folder, processId: child.pid, host: hostname() } }),
  )
  child.kill('SIGKILL')
  await exited
})

test('the lock of a process that was killed is taken over', async () => {
  const { child, exited } = await otherProcess('waits')
  child.kill('SIGKILL')
  await exited
  expect(existsSync(file)).toBe(true)
  const lock = takeProjectLock(file)
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ processId: process.pid })
  lock.release()
  expect(readdirSync(folder)).toEqual([])
})

test('a process that exits gives its lock back', async () => {
  const { exited } = await otherProcess('exits')
  expect(await exited).toEqual([3, null])
  expect(readdirSync(folder)).toEqual([])
})

test('the same process cannot take a lock twice, and can again after giving it back', () => {
  const listeners = process.listenerCount('exit')
  const lock = takeProjectLock(file)
  expect(() => takeProjectLock(file)).toThrow(expect.objectContaining({ code: 'PROJECT_LOCKED' }))
  lock.release()
  takeProjectLock(file).release()
  expect(process.listenerCount('exit')).toBe(listeners)
})

test('a process id that was given to another process since then does not hold the lock', () => {
  const lock = takeProjectLock(file)
  const mine = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  lock.release()
  writeFileSync(file, JSON.stringify({ ...mine, takenAtMs: 0 }))
  takeProjectLock(file).release()
  if (mine['processStart'] === null) return
  writeFileSync(file, JSON.stringify({ ...mine, processStart: 'another boot 17' }))
  takeProjectLock(file).release()
})

test('the lock of another machine, and one that cannot be read, are respected', () => {
  const other = { processId: 1, host: 'elsewhere', takenAtMs: Date.now(), processStart: null, token: 'a' }
  writeFileSync(file, JSON.stringify(other))
  expect(() => takeProjectLock(file)).toThrow(
    expect.objectContaining({ code: 'PROJECT_LOCKED', details: { path: folder, processId: 1, host: 'elsewhere' } }),
  )
  writeFileSync(file, '{ torn')
  expect(() => takeProjectLock(file)).toThrow(
    expect.objectContaining({ code: 'PROJECT_LOCKED', details: { path: folder, processId: null, host: null } }),
  )
})

test('giving a lock back leaves the lock of whoever took it over', () => {
  const lock = takeProjectLock(file)
  writeFileSync(file, 'theirs')
  lock.release()
  expect(readFileSync(file, 'utf8')).toBe('theirs')
})

test('a folder that was away while its lock was given back can be locked again once it is back', () => {
  const lock = takeProjectLock(file)
  renameSync(folder, `${folder}-away`)
  lock.release()
  renameSync(`${folder}-away`, folder)
  takeProjectLock(file).release()
  expect(readdirSync(folder)).toEqual([])
})
