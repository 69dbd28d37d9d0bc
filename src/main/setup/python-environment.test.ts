import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, platform } from 'node:process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makePythonEnvironment, tensorflowEnvironment } from './python-environment.mjs'

// Python is a stand-in that makes a folder with another stand-in in it, which notes what it is asked: the real one takes half a minute and a network.
let folder: string
let said: string[]
const environment = { name: 'numbers', packages: ['numbers==1.0', 'pillow'], module: 'numbers' }
const make = (wanted = environment) => makePythonEnvironment(wanted, (line: string) => said.push(line), join(folder, 'environments'))
const asked = (): string[] => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')

function python(pip: string): void {
  const inside = `#!/bin/sh\\necho "$*" >> '${folder}/asked'\\ncase "$*" in *pip*) ${pip} ;; esac\\n`
  const program = `#!/bin/sh\necho "$*" >> '${folder}/asked'\nmkdir -p "$4/bin"\nprintf '${inside.replaceAll("'", `'"'"'`)}' > "$4/bin/python"\nchmod 755 "$4/bin/python"\n`
  writeFileSync(join(folder, 'python3'), program)
  chmodSync(join(folder, 'python3'), 0o755)
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-python-'))
  said = []
  vi.stubEnv('PATH', `${folder}:${env['PATH'] ?? ''}`)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

// The stand-ins are shell scripts.
describe.skipIf(platform === 'win32')('a Python for tests and the bench', () => {
  it('is made once, and again when other versions are wanted', async () => {
    python(':')
    const place = join(folder, 'environments', 'numbers')
    const ready = { state: 'ready', python: join(place, 'bin', 'python') }
    expect([await make(), await make()]).toEqual([ready, ready])
    expect(asked()).toEqual([
      `-m venv --clear ${place}`,
      '-m pip install --quiet --no-input --disable-pip-version-check numbers==1.0 pillow',
      '-c import numbers',
    ])
    expect(said).toEqual(['installing numbers==1.0 for Python...', expect.stringMatching(/^installed numbers==1\.0 for Python, \d+ s$/)])
    await make({ ...environment, packages: ['numbers==2.0'] })
    expect(asked().at(-2)).toMatch(/numbers==2\.0$/)
  })

  it('that pip cannot bring is told in the line that says why, and tried again the next time', async () => {
    python('echo "ERROR: No matching distribution found for numbers==1.0" >&2; exit 1')
    expect(await make()).toEqual({ state: 'failed', reason: 'ERROR: No matching distribution found for numbers==1.0' })
    expect(await make()).toMatchObject({ state: 'failed' })
    expect(asked()).toHaveLength(4)
  })

  it('is told as missing where there is no Python at all', async () => {
    vi.stubEnv('PATH', folder)
    expect(await make()).toEqual({ state: 'failed', reason: expect.stringContaining('python3 does not start') as string })
  })
})

it('TensorFlow for Python is of the version whose library the native engine runs on', () => {
  const { tensorflow, builds } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../resources/engines/catalog.json'), 'utf8')) as {
    tensorflow: string
    builds: readonly { platform: string; arch: string }[]
  }
  const isOffered = builds.some((build) => build.platform === platform && build.arch === process.arch)
  const version = tensorflowEnvironment()?.packages[0]?.split('==')[1] ?? null
  expect(version).toBe(isOffered ? tensorflow : null)
})
