import { fc, test as property } from '@fast-check/vitest'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ZipFile } from 'yazl'
import { fillProject, hashOfImage, imageCount, perform, readModel } from '../history/history-model-for-tests.ts'
import { listSteps, undoStep } from '../history/record-step.ts'
import { eraseImages, readErasedIds } from '../images/erased-rows.ts'
import type { JobContext } from '../jobs/job-queue.ts'
import { setLabels } from '../labels/set-labels.ts'
import { createProject, openProject, type HeldProject } from '../project/open-project.ts'
import { manifestName, type BackupFile } from './backup-manifest.ts'
import { restoreBackup } from './restore-backup.ts'
import { writeBackup } from './write-backup.ts'

let folder: string
let project: HeldProject
const clock = () => 1_700_000_000_000
const nothing = <T>(value: T): T[] => Array.from({ length: imageCount }, () => value)
const thumbnails = Array.from({ length: 5 }, (_, index) => `thumbnails/${index}${index}/${hashOfImage(index)}.jpg`)
const pictures = Array.from({ length: 5 }, (_, index) => `images/${index}${index}/${hashOfImage(index)}.jpg`)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-backup-'))
  project = createProject({ name: 'birds', folder: join(folder, 'here'), clock })
  fillProject(project.db)
  perform(project.db, { do: 'import', images: [4], name: null, more: false }, 0)
  perform(project.db, { do: 'add', name: 'robin' }, 1)
  perform(project.db, { do: 'label', images: [0, 1, 2], at: 0 }, 2)
  perform(project.db, { do: 'note', image: 3, text: 'ask Ida' }, 3)
  project.db.exec(`INSERT INTO split (id, seed, shares, membership_hash, created_at_ms) VALUES (1, 1, '{}', 'frozen', 1);
    INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, created_at_ms, ended_at_ms)
    VALUES ('run1', 1, 1, 'interrupted', '{}', 'some-network', 'hash', 1, 2)`)
  for (const [index, name] of [
    ...pictures,
    ...thumbnails,
    'features/lite0.features',
    'networks/run1/weights.bin',
    'networks/later/weights.bin',
    'images/.half-written',
  ].entries()) {
    mkdirSync(join(project.files.root, name, '..'), { recursive: true })
    writeFileSync(join(project.files.root, name), Buffer.alloc(3000 + index, index))
  }
})
afterEach(() => {
  project.close()
  rmSync(folder, { recursive: true, force: true })
})

function job(more: Partial<JobContext> = {}): JobContext {
  const { signal } = new AbortController()
  return { signal, stopSignal: signal, pauseSignal: signal, progress: () => undefined, emit: () => undefined, ...more }
}
const out = () => join(folder, 'kept/birds.graft-backup')
const log = { info: () => undefined, error: () => undefined }
const everything = () => ({ out: out(), folders: ['images', 'thumbnails', 'features', 'networks'] as const, createdAtMs: clock(), log })
const there = () => join(folder, 'there')
const restore = (path = out(), more: Partial<JobContext> = {}) => restoreBackup({ path, folder: there(), rescue: false, log }, job(more))
const rescue = () => restoreBackup({ path: out(), folder: there(), rescue: true, log }, job())
const filesIn = (place: string) =>
  existsSync(place) ? readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : []
const code = (value: string, details: object = {}) =>
  expect.objectContaining({ code: value, details: expect.objectContaining(details) as unknown }) as Error

describe('a backup', () => {
  test('opens elsewhere as the same project, with its files, labels, notes and whole history', async () => {
    const model = readModel(project.db)
    const steps = listSteps(project.db, { offset: 0, limit: 10 })
    const written = await writeBackup(project, everything(), job())
    expect(written).toMatchObject({ kind: 'backup', path: out(), images: 5, files: 13 })
    rmSync(project.files.root, { recursive: true, force: true })
    const made = await restore()
    expect(made).toMatchObject({ kind: 'restore', path: join(there(), 'birds.graft'), images: 5 })
    const opened = openProject(made.path, { clock })
    expect(opened.name).toBe('birds')
    expect(readModel(opened.db)).toEqual(model)
    expect(listSteps(opened.db, { offset: 0, limit: 10 })).toEqual(steps)
    undoStep(opened.db)
    expect(readModel(opened.db).notes[3]).toBe('')
    opened.close()
    for (const [index, name] of pictures.entries()) expect(readFileSync(join(made.path, name))).toEqual(Buffer.alloc(3000 + index, index))
    expect(existsSync(join(made.path, 'images/.half-written'))).toBe(false)
    expect(readdirSync(there())).toEqual(['birds.graft'])
  })

  test('leaves out what can be computed again where that is not wanted', async () => {
    await writeBackup(project, { ...everything(), folders: ['images', 'thumbnails'] }, job())
    const { path } = await restore()
    expect(readdirSync(path).sort()).toEqual(['images', 'project.sqlite', 'thumbnails'])
    openProject(path, { clock }).close()
  })

  test('made while labels are written is of one moment, and whole', async () => {
    let atMs = 10
    const progress = () =>
      void setLabels(project.db, { hashes: [hashOfImage(atMs % 5)], classId: atMs % 2 === 0 ? 1 : null, source: 'person', atMs: atMs++ })
    await writeBackup(project, everything(), job({ progress }))
    expect(atMs).toBeGreaterThan(12)
    const { path } = await restore()
    const opened = openProject(path, { clock })
    expect(opened.db.pragma('integrity_check', { simple: true })).toBe('ok')
    // Undo leads to the beginning: labels and history are of the same moment.
    while (listSteps(opened.db, { offset: 0, limit: 1 }).undone < listSteps(opened.db, { offset: 0, limit: 1 }).total) undoStep(opened.db)
    expect(readModel(opened.db)).toMatchObject({ classes: [], labels: nothing(null), notes: nothing('') })
    opened.close()
  })

  test('takes the next free name where a project has its own, and overwrites nothing', async () => {
    await writeBackup(project, everything(), job())
    const first = await restore()
    const second = await restore()
    expect([first.path, second.path]).toEqual([join(there(), 'birds.graft'), join(there(), 'birds 2.graft')])
    const opened = openProject(second.path, { clock })
    expect(opened.name).toBe('birds 2')
    opened.close()
    await expect(writeBackup(project, everything(), job())).rejects.toThrow(code('OUT_EXISTS', { path: out() }))
  })

  test('holds no photo that is added later, and one that is deleted for good meanwhile is in it with all of it or not at all', async () => {
    perform(project.db, { do: 'trash', images: [2, 3], back: false }, 4)
    const later = `images/ff/${'f'.repeat(64)}.jpg`
    let hasChanged = false
    const progress = () => {
      if (hasChanged) return
      hasChanged = true
      eraseImages(project.db, [3, 4], 5)
      for (const copy of [pictures[2]!, thumbnails[2]!]) rmSync(join(project.files.root, copy))
      mkdirSync(join(project.files.root, later, '..'), { recursive: true })
      writeFileSync(join(project.files.root, later), 'later')
    }
    expect(await writeBackup(project, everything(), job({ progress }))).toMatchObject({ files: 11, images: 3 })
    const { path } = await restore()
    const opened = openProject(path, { clock })
    // The second one's copy was still there when its turn came.
    expect(readErasedIds(opened.db)).toEqual(Uint32Array.from([3]))
    expect(readModel(opened.db).notes[3]).toBe('ask Ida')
    expect(existsSync(join(path, pictures[3]!))).toBe(true)
    for (const gone of [pictures[2]!, thumbnails[2]!, later]) expect(existsSync(join(path, gone))).toBe(false)
    undoStep(opened.db)
    expect(readModel(opened.db).trashed.slice(0, pictures.length)).toEqual([false, false, true, false, false])
    opened.close()
  })

  test('that a process was killed at leaves nothing for longer than until the next one, and nothing of another computer is touched', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    mkdirSync(join(folder, 'kept'))
    const own = hostname()
      .replaceAll(/[^A-Za-z0-9_]/g, '_')
      .slice(0, 64)
    const left = [`.graft-backup-01ab.${own}-${pid}.unfinished`, `.graft-backup-01ab.${own}-${pid}.unfinished.sqlite-journal`]
    const others = [
      `.graft-backup-02ab.${own}x-${pid}.unfinished`,
      `.graft-backup-03ab.${own}-${process.pid}.unfinished`,
      '.other.unfinished',
    ]
    for (const name of [...left, ...others]) writeFileSync(join(folder, 'kept', name), 'half')
    await writeBackup(project, everything(), job())
    expect(readdirSync(join(folder, 'kept')).sort()).toEqual([...others, 'birds.graft-backup'].sort())
    mkdirSync(join(there(), `.restoring-${pid}-abcdef/images`), { recursive: true })
    await restore()
    expect(readdirSync(there())).toEqual(['birds.graft'])
  })

  test('of a project whose folder has a name that other systems cannot have is read back', async () => {
    project.db.exec(`UPDATE project SET name = 'a:b?'`)
    await writeBackup(project, everything(), job())
    expect((await restore()).path).toBe(join(there(), 'a_b_.graft'))
  })

  test.each(['packing', 'rereading'])('that is cancelled while %s leaves nothing', async (step) => {
    const abort = new AbortController()
    const progress = (now: string, done: number) => {
      if (now === step && done === 2) abort.abort(new Error('cancelled'))
    }
    await expect(writeBackup(project, everything(), job({ signal: abort.signal, progress }))).rejects.toThrow('cancelled')
    expect(readdirSync(join(folder, 'kept'))).toEqual([])
  })

  test('that fails before its first file ends no process, and leaves nothing', async () => {
    rmSync(join(project.files.root, 'features'), { recursive: true })
    writeFileSync(join(project.files.root, 'features'), 'a file where the folder should be')
    const unheard: unknown[] = []
    const hear = (reason: unknown): void => void unheard.push(reason)
    process.on('unhandledRejection', hear)
    try {
      await expect(writeBackup(project, everything(), job())).rejects.toThrow('ENOTDIR')
    } finally {
      process.off('unhandledRejection', hear)
    }
    expect([unheard, readdirSync(join(folder, 'kept'))]).toEqual([[], []])
  })

  test('may have as long a name as the disk takes', async () => {
    const long = join(folder, 'kept', `${'鳥'.repeat(80)}.graft-backup`)
    await writeBackup(project, { ...everything(), out: long }, job())
    expect(readdirSync(join(folder, 'kept'))).toEqual([basename(long)])
    expect(await restore(long)).toMatchObject({ images: 5 })
  })

  test.skipIf(process.platform !== 'linux')('that is cancelled keeps no file open', async () => {
    writeFileSync(join(project.files.root, pictures[0]!), Buffer.alloc(8_000_000, 1))
    const open = () => readdirSync('/proc/self/fd').length
    const before = open()
    const abort = new AbortController()
    const progress = (_step: string, done: number) => {
      if (done === 1) abort.abort(new Error('cancelled'))
    }
    await expect(writeBackup(project, everything(), job({ signal: abort.signal, progress }))).rejects.toThrow('cancelled')
    await expect.poll(open).toBeLessThanOrEqual(before)
  })

  test('that is cancelled while it is opened leaves nothing', async () => {
    await writeBackup(project, everything(), job())
    const abort = new AbortController()
    const progress = (_step: string, done: number) => {
      if (done === 3) abort.abort(new Error('cancelled'))
    }
    await expect(restore(out(), { signal: abort.signal, progress })).rejects.toThrow('cancelled')
    expect(readdirSync(there())).toEqual([])
  })
})

describe('what is not a whole backup', () => {
  test('is refused in words, and leaves nothing: no file, another file, another zip', async () => {
    await expect(restore()).rejects.toThrow(code('FILE_NOT_FOUND', { path: out() }))
    await expect(restore(folder)).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'folder' }))
    const text = join(folder, 'text.graft-backup')
    writeFileSync(text, 'this is no backup'.repeat(100))
    await expect(restore(text)).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'no-backup' }))
    await expect(restore(await zipOf({ 'images/a.jpg': 'a' }))).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'no-backup' }))
    expect(readdirSync(there())).toEqual([])
  })

  property.prop([fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 255 }), fc.boolean()], { numRuns: 40 })(
    'because a byte of it changed or its end is missing, is refused or gives exactly what was backed up',
    async (at, by, isCut) => {
      if (!existsSync(out())) await writeBackup(project, everything(), job())
      const bytes = readFileSync(out())
      const place = at % bytes.length
      bytes[place] = (bytes[place]! + by) % 256
      const damaged = join(folder, 'damaged.graft-backup')
      writeFileSync(damaged, isCut ? bytes.subarray(0, place) : bytes)
      rmSync(there(), { recursive: true, force: true })
      const outcome = await restore(damaged).catch((error: unknown) => error)
      if (outcome instanceof Error) {
        expect(outcome).toMatchObject({ code: 'BACKUP_DAMAGED' })
        expect(readdirSync(there())).toEqual([])
        return
      }
      // Dates and the like mean nothing.
      expect(isCut).toBe(false)
      for (const [index, name] of pictures.entries())
        expect(readFileSync(join(there(), 'birds.graft', name))).toEqual(Buffer.alloc(3000 + index, index))
    },
    300_000,
  )

  test('gives all that is whole in it where that is asked for: the rest is named and left out, and without its database there is nothing', async () => {
    const model = readModel(project.db)
    await writeBackup(project, everything(), job())
    const bytes = readFileSync(out())
    const outcomes = new Map<string, string[]>()
    // A byte in the middle of every file that is packed as it is, found by what it holds.
    for (const [index, name] of pictures.entries()) {
      const at = bytes.indexOf(Buffer.alloc(3000 + index, index)) + 1500
      expect(at).toBeGreaterThan(1500)
      const damaged = Buffer.from(bytes)
      damaged[at] = 0xff
      writeFileSync(out(), damaged)
      await expect(restore()).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'changed', file: name }))
      const made = await rescue()
      outcomes.set(name, made.lost)
      expect(made.files).toBe(12)
      const opened = openProject(made.path, { clock })
      expect(readModel(opened.db)).toEqual(model)
      opened.close()
      expect(existsSync(join(made.path, name))).toBe(false)
      for (const [other, whole] of pictures.entries())
        if (whole !== name) expect(readFileSync(join(made.path, whole))).toEqual(Buffer.alloc(3000 + other, other))
      rmSync(there(), { recursive: true })
    }
    expect([...outcomes]).toEqual(pictures.map((name) => [name, [name]]))
    const inDatabase = Buffer.from(bytes)
    const at = bytes.indexOf('project.sqlite') + 200
    inDatabase.fill(0xff, at, at + 40)
    writeFileSync(out(), inDatabase)
    await expect(rescue()).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'changed', file: 'project.sqlite' }))
    expect(readdirSync(there())).toEqual([])
  })

  test('holds a file that leads out of the project, one beside the list, one too few, one of another size or content, a secret one, or a list out of all proportion', async () => {
    const good = { 'project.sqlite': 'database', 'images/aa/evil.jpg': 'picture' }
    const outside = await zipOf({ ...good })
    replaceBytes(outside, 'images/aa/evil.jpg', '../../../../evil.j')
    await expect(restore(outside)).rejects.toThrow(code('BACKUP_DAMAGED'))
    const { 'project.sqlite': database } = good
    await expect(restore(await zipOf(good, { 'project.sqlite': database }))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'foreign', file: 'images/aa/evil.jpg' }),
    )
    await expect(restore(await zipOf({ 'project.sqlite': database }, good))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'missing', file: 'images/aa/evil.jpg' }),
    )
    await expect(restore(await zipOf(good, { ...good, 'images/aa/evil.jpg': 'larger picture' }))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'changed' }),
    )
    await expect(restore(await zipOf(good, { ...good, 'images/aa/evil.jpg': 'PICTURE' }))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'changed' }),
    )
    await expect(restore(await zipOf({ ...good, 'scripts/run.sh': 'rm' }))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'foreign', file: 'scripts/run.sh' }),
    )
    await expect(restore(await zipOf(good))).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'database-broken', file: 'project.sqlite' }))
    await expect(restore(await zipOf({ ...good, 'images/AA/evil.jpg': 'other' }))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'foreign', file: 'images/AA/evil.jpg' }),
    )
    await expect(restore(await zipOf({ ...good, 'images/aa/nul.jpg': 'a' }))).rejects.toThrow(
      code('BACKUP_DAMAGED', { reason: 'foreign', file: 'images/aa/nul.jpg' }),
    )
    const secret = await zipOf(good)
    setEncrypted(secret)
    await expect(restore(secret)).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'encrypted' }))
    const bomb = await zipOf(good, good, { note: '{},'.repeat(1_000_000) })
    await expect(restore(bomb)).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'no-backup' }))
    const newer = await zipOf(good, good, { version: 2 })
    await expect(restore(newer)).rejects.toThrow(code('BACKUP_DAMAGED', { reason: 'newer' }))
    expect(filesIn(there())).toEqual([])
    expect(existsSync(join(folder, 'evil.j'))).toBe(false)
  })
})

let zips = 0
/** A zip of these files with a list that names `listed`, each as it would be. */
async function zipOf(files: Record<string, string>, listed = files, more: object = {}): Promise<string> {
  const path = join(folder, `made-${zips++}.graft-backup`)
  const archive = new ZipFile()
  for (const [name, text] of Object.entries(files)) archive.addBuffer(Buffer.from(text), name)
  const named: BackupFile[] = Object.entries(listed).map(([name, text]) => ({
    path: name,
    bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  }))
  const manifest = { format: 'graft-backup', version: 1, project: 'birds', createdAtMs: 1, images: 1, files: named, ...more }
  const isAny = Object.keys(files).includes('project.sqlite')
  if (isAny) archive.addBuffer(Buffer.from(JSON.stringify(manifest)), manifestName)
  archive.end()
  await pipeline(archive.outputStream, createWriteStream(path))
  return path
}

function replaceBytes(path: string, from: string, to: string): void {
  const bytes = readFileSync(path)
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) bytes.write(to, at)
  writeFileSync(path, bytes)
}

/** Sets the flag of encryption on every file of the directory at the end. */
function setEncrypted(path: string): void {
  const bytes = readFileSync(path)
  const header = Buffer.from([0x50, 0x4b, 0x01, 0x02])
  for (let at = bytes.indexOf(header); at !== -1; at = bytes.indexOf(header, at + 1)) bytes[at + 8]! |= 1
  writeFileSync(path, bytes)
}
