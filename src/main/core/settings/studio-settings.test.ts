import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { testStudio } from '../testing/studio.ts'
import { openSettings } from './studio-settings.ts'

let folder: string
const said: string[] = []
const log = { info: () => undefined, error: (message: string) => void said.push(message) }
const open = () => openSettings(join(folder, 'data'), log)
const file = () => join(folder, 'data', 'settings.json')
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-settings-'))
  said.length = 0
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const defaults = { threads: null, extraction: 'auto', training: 'auto', keys: {} }

describe('the settings of the studio', () => {
  test('are the defaults until somebody chooses, and then stay for the next start', () => {
    expect(open().read()).toEqual(defaults)
    expect(open().change({ threads: 3 })).toEqual({ threads: 3, extraction: 'auto', training: 'auto', keys: {} })
    expect(open().change({ extraction: 'wasm' })).toEqual({ threads: 3, extraction: 'wasm', training: 'auto', keys: {} })
    expect(open().change({ threads: undefined, extraction: undefined })).toEqual({
      threads: 3,
      extraction: 'wasm',
      training: 'auto',
      keys: {},
    })
    expect(open().change({ threads: null })).toEqual({ threads: null, extraction: 'wasm', training: 'auto', keys: {} })
    expect(open().read()).toEqual({ threads: null, extraction: 'wasm', training: 'auto', keys: {} })
  })

  test('are read anew, so that what another process has chosen counts', () => {
    const [first, second] = [open(), open()]
    first.change({ threads: 1 })
    second.change({ threads: 2 })
    expect(first.read().threads).toBe(2)
  })

  test.each(['', '{"threads": 3', '[]', '{"threads": 0}', '{"extraction": "magic"}', 'null'])(
    'that are damaged (%j) count as none, which is said once, and can be set again',
    (text) => {
      const settings = open()
      settings.change({ threads: 3 })
      writeFileSync(file(), text)
      expect([settings.read(), settings.read()]).toEqual([defaults, defaults])
      expect(said).toEqual([expect.stringContaining('damaged')])
      settings.change({ extraction: 'wasm' })
      expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ threads: null, extraction: 'wasm', training: 'auto', keys: {} })
    },
  )

  test('of a newer studio keep what this one understands', () => {
    open().change({ threads: 2 })
    writeFileSync(file(), JSON.stringify({ threads: 2, colour: 'green' }))
    expect(open().read()).toEqual({ threads: 2, extraction: 'auto', training: 'auto', keys: {} })
    expect(said).toEqual([])
  })
})

describe('the studio', () => {
  test('changes one setting and leaves the other, refuses what cannot be, and tells the pages', async () => {
    const studio = await testStudio()
    const { settings, changeSettings, info } = studio.client.studio
    const changes = await studio.client.project.changes()
    expect(await settings()).toEqual(defaults)
    expect(await changeSettings({ extraction: 'wasm' })).toEqual({ threads: null, extraction: 'wasm', training: 'auto', keys: {} })
    expect(await changeSettings({ threads: 1 })).toEqual({ threads: 1, extraction: 'wasm', training: 'auto', keys: {} })
    await expect(changeSettings({ threads: 0 })).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect((await changes.next()).value).toEqual({ topic: 'settings' })
    expect(await info()).toMatchObject({ threads: 1, engine: { training: 'cpu', extraction: 'wasm' } })
    await changes.return?.()
    await studio.close()
  })

  test('says where its things are, what it runs on and what its processes take', async () => {
    const studio = await testStudio()
    const info = await studio.client.studio.info()
    expect(info).toMatchObject({ dataFolder: join(studio.folder, 'data'), threads: 2, machine: { cores: availableParallelism() } })
    expect(info.machine.processor).not.toBe('')
    expect(info.machine.memoryBytes).toBeGreaterThan(2 ** 28)
    expect(info.memory.studio).toBeGreaterThan(2 ** 24)
    expect(info.memory.image).toBe(null)
    await expect.poll(async () => (await studio.client.studio.info()).memory.training, { timeout: 10_000 }).toBeGreaterThan(2 ** 24)
    await studio.close()
  })

  test('lets the environment go before the settings', async () => {
    vi.stubEnv('GRAFT_THREADS', '7')
    vi.stubEnv('GRAFT_ENGINE', 'wasm')
    const studio = await testStudio()
    await studio.client.studio.changeSettings({ threads: 1, extraction: 'onnxruntime' })
    expect(await studio.client.studio.info()).toMatchObject({ threads: 7, engine: { extraction: 'wasm' } })
    await studio.close()
  })
})
