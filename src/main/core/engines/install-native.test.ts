import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ZipFile } from 'yazl'
import { updateOf } from '../../contract/engines.ts'
import { testStudio, type TestStudio } from '../testing/studio.ts'
import { nativeFolder, nativePlace } from './native-place.ts'

const library = Buffer.from('not a library at all')
const libraryPath = 'tensorflow/libtensorflow_cc.so.2'

let studio: TestStudio
let resources: string
let programs: string
const compiler = ['c++', 'g++', 'clang++'].find((name) => spawnSync(name, ['--version']).status === 0) ?? null
const before = { PATH: process.env['PATH'] ?? '', CXX: process.env['CXX'] }

/** Stands in for pip, or for a compiler: a real program of this name. */
async function installProgram(name: string, script: string): Promise<void> {
  await mkdir(programs, { recursive: true })
  await writeFile(join(programs, name), `#!/bin/sh\n${script}\n`)
  await chmod(join(programs, name), 0o755)
}

async function writeWheel(): Promise<Buffer> {
  const zip = new ZipFile()
  zip.addBuffer(library, libraryPath)
  zip.addBuffer(Buffer.from('#define TF'), 'tensorflow/include/tensorflow/c/c_api.h')
  zip.addBuffer(Buffer.from('not wanted'), 'tensorflow/python/__init__.py')
  zip.end()
  const path = join(studio.folder, 'wheel.whl')
  await pipeline(zip.outputStream, createWriteStream(path))
  return readFile(path)
}

async function writeCatalog(wheel: Buffer, changes: { readonly integrity?: string; readonly sizeBytes?: number } = {}): Promise<void> {
  const source = {
    via: 'pypi',
    name: 'tensorflow-cpu',
    version: '2.21.0',
    wheel: { python: '3.11', platform: 'manylinux_2_27_x86_64' },
    integrity: changes.integrity ?? `sha256-${createHash('sha256').update(wheel).digest('base64')}`,
    sizeBytes: wheel.length,
  }
  const files = [
    { path: libraryPath, sizeBytes: changes.sizeBytes ?? library.length },
    { path: 'tensorflow/include/tensorflow/c/c_api.h', sizeBytes: 10 },
  ]
  const build = { platform: process.platform, arch: process.arch, gpu: false, archives: [{ source, files }] }
  await mkdir(join(resources, 'engines'), { recursive: true })
  await writeFile(
    join(resources, 'engines', 'catalog.json'),
    JSON.stringify({ engine: 'tfjs-node-gpu', tensorflow: '2.21.0', builds: [build] }),
  )
}

const install = async (gpu = false) => {
  const { jobId } = await studio.client.engines.install({ gpu })
  return studio.result(jobId, 'install-engine')
}
const left = async (): Promise<string[]> => readdir(join(studio.context.dataDir, 'engines')).catch(() => [])

beforeEach(async () => {
  resources = ''
  studio = await testStudio({ resourcesDir: '' })
  await studio.close()
  resources = join(studio.folder, 'resources')
  programs = join(studio.folder, 'programs')
  await mkdir(studio.folder, { recursive: true })
  studio = await testStudio({ folder: studio.folder, resourcesDir: resources })
  await writeCatalog(await writeWheel())
  await installProgram(
    'python3',
    `case "$*" in *"download"*) /bin/cp "${join(studio.folder, 'wheel.whl')}" tensorflow_cpu-2.21.0.whl;; esac`,
  )
  // Nothing else: a machine's own pip and compilers lie in the usual places.
  process.env['PATH'] = programs
  delete process.env['CXX']
})
afterEach(async () => {
  vi.unstubAllEnvs()
  process.env['PATH'] = before.PATH
  if (before.CXX !== undefined) process.env['CXX'] = before.CXX
  await studio.close()
})

// The stand-ins are shell scripts.
describe.skipIf(process.platform === 'win32')('installing tfjs-node-gpu', { timeout: 60_000 }, () => {
  test('where it is not installed, what would be fetched is told', async () => {
    const { offer, gpuOffer, installed } = await studio.client.engines.native()
    expect(offer).toMatchObject({ tensorflow: '2.21.0', sizeBytes: library.length + 10 })
    expect([gpuOffer, installed]).toEqual([null, null])
    await expect(studio.client.engines.install({ gpu: true })).rejects.toMatchObject({ code: 'ENGINE_NOT_OFFERED' })
  })

  test('a machine without pip is told so', async () => {
    await installProgram('python3', 'echo "No module named pip" >&2; exit 1')
    await expect(install()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      details: { reason: expect.stringContaining('pip is not on this machine') as string },
    })
    expect(await left()).toEqual([])
  })

  test('an archive that is another one than the catalogue names is refused', async () => {
    await writeCatalog(await writeWheel(), { integrity: `sha256-${createHash('sha256').update('another').digest('base64')}` })
    await expect(install()).rejects.toMatchObject({ code: 'HASH_MISMATCH' })
    expect(await left()).toEqual([])
  })

  test('a machine without a compiler is told what is missing, and keeps nothing', async () => {
    await expect(install()).rejects.toMatchObject({ code: 'ENGINE_NOT_BUILT', details: { compiler: null } })
    expect(await left()).toEqual([])
  })

  test('what a compiler says is the reason', async () => {
    process.env['CXX'] = join(programs, 'my-compiler')
    await installProgram('my-compiler', 'echo "tfjs_backend.cc:1: error: unknown standard c++17" >&2; exit 1')
    await expect(install()).rejects.toMatchObject({
      code: 'ENGINE_NOT_BUILT',
      details: { reason: expect.stringContaining('unknown standard c++17') as string },
    })
  })

  test('an engine that does not pass its self-test is not installed, and an earlier one stays', async () => {
    const place = nativePlace(studio.context.dataDir)
    await mkdir(place, { recursive: true })
    const earlier = { engine: 'tfjs-node-gpu', package: '4', tensorflow: '2.20.0', gpu: false, binding: 'compiled', sizeBytes: 1 }
    await writeFile(join(place, 'engine.json'), JSON.stringify({ ...earlier, installedAtMs: 1 }))
    const prebuilt = join(resources, 'engines', 'prebuilt', `${process.platform}-${process.arch}`)
    await mkdir(prebuilt, { recursive: true })
    await writeFile(join(prebuilt, 'tfjs_binding.node'), 'no machine code')
    await expect(install()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', details: { engine: 'tfjs-node-gpu' } })
    expect(await left()).toEqual(['tfjs-node-gpu'])
    const native = await studio.client.engines.native()
    expect(native.installed).toMatchObject({ tensorflow: '2.20.0' })
    // An engine on another TensorFlow than the studio was made for may be replaced; one on the same, or of a build that is not offered, may not.
    expect(updateOf(native)).toMatchObject({ tensorflow: '2.21.0' })
    expect(updateOf({ ...native, installed: native.installed && { ...native.installed, tensorflow: '2.21.0' } })).toBeNull()
    expect(updateOf({ ...native, installed: native.installed && { ...native.installed, gpu: true } })).toBeNull()
  })

  test('a disk that is full is told as such, whether pip or the unpacking meets it', async () => {
    await installProgram(
      'python3',
      `echo "ERROR: Could not install packages due to an OSError: [Errno 28] Aucun espace disponible" >&2; exit 1`,
    )
    await expect(install()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(await left()).toEqual([])
    if (!existsSync('/dev/full')) return
    await installProgram(
      'python3',
      `/bin/mkdir ../tensorflow; /bin/ln -s /dev/full ../${libraryPath}; /bin/cp "${join(studio.folder, 'wheel.whl')}" tensorflow_cpu-2.21.0.whl`,
    )
    await expect(install()).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(await left()).toEqual([])
  })

  test('a pip that installs into virtual environments alone fetches all the same', async () => {
    vi.stubEnv('PIP_REQUIRE_VIRTUALENV', '1')
    const fetching = `/bin/cp "${join(studio.folder, 'wheel.whl')}" tensorflow_cpu-2.21.0.whl`
    await installProgram('python3', `[ "$PIP_REQUIRE_VIRTUALENV" = false ] || { echo "ERROR: (required)" >&2; exit 1; }; ${fetching}`)
    await expect(install()).rejects.toMatchObject({ code: 'ENGINE_NOT_BUILT', details: { compiler: null } })
  })

  test.skipIf(compiler === null)('a library that brings its process down is told as an engine that does not run', async () => {
    const prebuilt = join(resources, 'engines', 'prebuilt', `${process.platform}-${process.arch}`)
    await mkdir(prebuilt, { recursive: true })
    const source = '#include <cstdlib>\n__attribute__((constructor)) static void end() { std::abort(); }\n'
    const args = ['-shared', '-fPIC', '-x', 'c++', '-', '-o', join(prebuilt, 'tfjs_binding.node')]
    const compiled = spawnSync(compiler ?? '', args, { input: source, encoding: 'utf8', env: { ...process.env, PATH: before.PATH } })
    expect(compiled.stderr).toBe('')
    await expect(install()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      details: { reason: expect.stringContaining('SIGABRT') as string },
    })
    expect(await left()).toEqual([])
  })

  test('what an installation left that was killed is gone with the next start of a studio', async () => {
    const { pid } = spawnSync('/bin/sh', ['-c', ''])
    await mkdir(join(studio.context.dataDir, 'engines', `.installing-${pid}-abc`, 'engine'), { recursive: true })
    await mkdir(join(studio.context.dataDir, 'engines', `.installing-${process.pid}-abc`), { recursive: true })
    const next = await testStudio({ folder: studio.folder, resourcesDir: resources })
    await next.close()
    expect(await left()).toEqual([`.installing-${process.pid}-abc`])
  })

  test('cancelled under way, it leaves nothing', async () => {
    await installProgram('python3', '/bin/sleep 30')
    const { jobId } = await studio.client.engines.install({})
    await expect.poll(left).toHaveLength(1)
    await studio.client.jobs.cancel({ jobId })
    await studio.watch(jobId)
    expect(await left()).toEqual([])
  })

  test('removed, it is gone, and removing it again does nothing', async () => {
    const place = nativePlace(studio.context.dataDir)
    await mkdir(place, { recursive: true })
    await writeFile(join(place, 'engine.json'), '{')
    // A record that cannot be read is no engine.
    expect(nativeFolder(studio.context.dataDir)).toBeNull()
    const { training } = studio.context.workers
    const ask = () => training.request('cached', { cache: { path: join(studio.folder, 'none.features'), dim: 1 }, hashes: [] })
    await ask()
    await studio.client.engines.remove()
    await studio.client.engines.remove()
    expect(existsSync(place)).toBe(false)
    // The worker that has it loaded does not train with it any more.
    await ask()
    expect(new Set(studio.processIds.training).size).toBe(2)
  })
})

test('every engine is tested, and one that is not installed is told as missing', { timeout: 60_000 }, async () => {
  process.env['PATH'] = before.PATH
  const reports = await studio.client.engines.test()
  expect(reports.map(({ engine, state }) => [engine, state])).toEqual([
    ['tfjs-node-gpu', 'missing'],
    // Whether there is a graphics card is another matter; a software one does not count.
    ['webgpu', expect.stringMatching(/^(works|unavailable)$/)],
    ['onnxruntime', 'works'],
    ['wasm', 'works'],
    ['cpu', 'works'],
  ])
  expect(reports.find(({ engine }) => engine === 'wasm')?.difference).toBeLessThan(1e-5)
})

test('an installed engine that brings its process down is told as one that does not run', { timeout: 60_000 }, async () => {
  process.env['PATH'] = before.PATH
  const place = nativePlace(studio.context.dataDir)
  await mkdir(place, { recursive: true })
  const record = {
    engine: 'tfjs-node-gpu',
    package: '4',
    tensorflow: '2.21.0',
    gpu: false,
    binding: 'compiled',
    sizeBytes: 1,
    installedAtMs: 1,
  }
  await writeFile(join(place, 'engine.json'), JSON.stringify(record))
  await writeFile(join(place, 'tfjs_binding.node'), 'no machine code')
  expect((await stat(place)).isDirectory()).toBe(true)
  const [native] = await studio.client.engines.test()
  expect(native).toMatchObject({ engine: 'tfjs-node-gpu', state: 'unavailable' })
})
