import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { platform } from 'node:process'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { bringSystemPackages, missingPackages } from './system-packages.mjs'

// Programs of the system are stand-ins on a PATH that has nothing else: apt-get notes what it was asked and answers as a real one did.
let folder: string
let said: string[]
const remembered = new Map<string, string>()
const memory = {
  recentFailure: (what: string) => remembered.get(what) ?? null,
  rememberFailure: (what: string, reason: string) => void remembered.set(what, reason),
}
const bring = (): Promise<void> => bringSystemPackages((line: string) => said.push(line), memory)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-programs-'))
  said = []
  remembered.clear()
  vi.stubEnv('PATH', folder)
  vi.stubEnv('GRAFT_CHROMIUM', undefined)
  program('ldconfig', "echo 'libgtk-3.so.0 (libc6,x86-64)\nlibnss3.so (libc6)\nlibasound.so.2 (libc6)\nlibgbm.so.1 (libc6)'")
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}
const user = (id: number): unknown => vi.spyOn(process, 'getuid').mockReturnValue(id)
const brings = (name: string): string => `echo '#!/bin/sh' > '${folder}/${name}'; /bin/chmod 755 '${folder}/${name}'`

/** `branches` of a shell's `case` over the arguments; an install that none of them names brings chromium and Xvfb. */
function aptGet(branches = ''): void {
  program(
    'apt-get',
    `printf '%s|%s|%s\\n' "$DEBIAN_FRONTEND" "$LC_ALL" "$*" >> '${folder}/asked'
case "$*" in
${branches}
*--simulate*|*--download-only*|*update*) ;;
*install*) ${brings('chromium')}; ${brings('Xvfb')} ;;
esac`,
  )
}
/** What apt-get was asked, without the settings of every call. */
const asked = (): string[] =>
  readFileSync(join(folder, 'asked'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.replace(/^noninteractive\|C\|/, '').replace(/^(-o \S+ )+/, ''))
const flags = '-y -q --no-install-recommends'

describe.skipIf(platform !== 'linux')('packages of the system that tests need', () => {
  it('are not asked for where all are here', async () => {
    aptGet()
    for (const name of ['chromium', 'Xvfb']) program(name, '')
    await bring()
    expect(said).toEqual([])
    expect(() => asked()).toThrow('ENOENT')
  })

  it('are those that a Python without virtual environments lacks, and none where there is no Python', () => {
    for (const name of ['chromium', 'Xvfb']) program(name, '')
    expect(missingPackages()).toEqual([])
    program('python3', 'case "$*" in *ensurepip*) echo "ModuleNotFoundError: No module named" >&2; exit 1;; esac')
    expect(missingPackages()).toEqual(['python3-venv'])
    program('python3', '')
    expect(missingPackages()).toEqual([])
  })

  it('are brought by root: looked for, fetched, then installed, without a question', async () => {
    user(0)
    aptGet()
    await bring()
    expect(asked()).toEqual([
      'update -q',
      `install --simulate ${flags} chromium xvfb`,
      `install ${flags} chromium xvfb --download-only`,
      `install ${flags} chromium xvfb`,
    ])
    expect(said).toEqual([expect.stringMatching(/^installed chromium xvfb, \d+ s$/)])
    expect(missingPackages()).toEqual([])
    expect(remembered.size).toBe(0)
  })

  it('are named with what to do to somebody who is not root, and nothing is tried', async () => {
    user(1000)
    aptGet()
    await bring()
    expect(said).toEqual(['missing for the tests: chromium xvfb (as root: apt-get install chromium xvfb)'])
    expect(asked().every((line) => line.includes('--simulate'))).toBe(true)
  })

  it('are named where there is no apt-get', async () => {
    user(0)
    await bring()
    expect(said).toEqual(['missing for the tests: chromium xvfb (so Debian calls them; there is no apt-get here to bring them with)'])
  })

  it('are called by the name of this system', async () => {
    user(0)
    program('ldconfig', "echo 'libnss3.so (libc6)'")
    aptGet(`*--simulate*libasound2*libgbm1) echo "E: Package 'libasound2' has no installation candidate" >&2; exit 100 ;;
*--simulate*libgbm1|*--simulate*libnss3|*--simulate*t64|*--simulate*chromium|*--simulate*xvfb) ;;
*--simulate*) echo "E: Package 'libasound2' has no installation candidate" >&2; exit 100 ;;
*install*--download-only) ;;
*install*) ${brings('chromium')}; ${brings('Xvfb')}; printf '%s\\n' '#!/bin/sh' 'echo "libgtk-3.so.0 (a) libnss3.so (a) libasound.so.2 (a) libgbm.so.1 (a)"' > '${folder}/ldconfig' ;;`)
    await bring()
    expect(asked().at(-1)).toBe(`install ${flags} chromium xvfb libgtk-3-0t64 libasound2t64 libgbm1`)
    expect(said).toEqual([expect.stringMatching(/^installed chromium xvfb libgtk-3-0 libasound2 libgbm1/)])
  })

  it('that this system does not have do not keep the others away', async () => {
    user(0)
    aptGet(`*--simulate*chromium*) echo 'E: Unable to locate package chromium' >&2; exit 100 ;;
*--simulate*|*--download-only*|*update*) ;;
*install*) ${brings('Xvfb')} ;;`)
    await bring()
    expect(said).toEqual([expect.stringMatching(/^installed xvfb/), 'missing for the tests: chromium: this system has no package chromium'])
    said = []
    await bring()
    expect(said).toEqual(['missing for the tests: chromium: this system has no package chromium (GRAFT_RETRY=1 tries again)'])
    expect(asked().filter((line) => line.startsWith('update'))).toHaveLength(1)
  })

  // The words are those of apt 2.6 on Debian 12, without a network and in the other states.
  const offline = `*update*) printf '%s\\n' "Err:1 http://mirror.example/debian bookworm InRelease" "  Temporary failure resolving 'mirror.example'" "W: Some index files failed to download. They have been ignored, or old ones used instead." >&2 ;;`
  it.each([
    [
      'a network, and without lists',
      `${offline}\n*--simulate*) echo 'E: Unable to locate package' >&2; exit 100 ;;`,
      'the servers with the packages cannot be reached',
    ],
    [
      'a network, and with old lists',
      `${offline}\n*--download-only*) echo "E: Failed to fetch http://mirror.example/x.deb  Temporary failure resolving 'mirror.example'" >&2; exit 100 ;;`,
      'the servers with the packages cannot be reached',
    ],
    [
      'the lock',
      `*--simulate*|*--download-only*) ;;\n*install*) echo 'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7 (apt)' >&2; exit 100 ;;`,
      'another program is installing packages at this moment',
    ],
    [
      'room',
      `*--download-only*) echo "E: You don't have enough free space in /var/cache/apt/archives/." >&2; exit 100 ;;`,
      'there is not enough room on the disk',
    ],
    [
      'a state in order',
      `*--simulate*) echo "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem." >&2; exit 100 ;;`,
      'an earlier installation was interrupted (as root: dpkg --configure -a)',
    ],
    ['any known reason', `*--download-only*) echo 'E: Something else' >&2; echo trailing; exit 100 ;;`, 'apt-get says: Something else'],
    ['a word', `*--download-only*) exit 1 ;;`, 'apt-get says: nothing, and ends with 1'],
  ])('that apt-get cannot bring, without %s, are named with the reason', async (_what, branches, reason) => {
    user(0)
    aptGet(branches)
    await expect(bring()).resolves.toBeUndefined()
    expect(said).toEqual([`missing for the tests: chromium xvfb: ${reason}`])
  })

  it('that were installed and are still not found are named', async () => {
    user(0)
    aptGet('*) ;;')
    await bring()
    expect(said).toEqual(['missing for the tests: chromium xvfb: apt-get installed it, and it is still not found'])
  })

  it('are no reason to fail where the loader keeps no list of libraries', () => {
    program('ldconfig', 'exit 1')
    expect(missingPackages()).toEqual(['chromium', 'xvfb'])
  })
})
