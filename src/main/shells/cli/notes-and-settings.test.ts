import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProject } from '../../core/project/open-project.ts'
import { writeRuns } from '../../core/training/written-runs-for-tests.ts'

const program = join(import.meta.dirname, '../../cli.ts')
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-notes-'))
  const project = createProject({ name: 'noted', folder, clock: Date.now })
  writeRuns(project.db, 5)
  project.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function graft(args: readonly string[], variables: Record<string, string> = {}): { code: number | null; stdout: string; stderr: string } {
  const { GRAFT_THREADS: _threads, GRAFT_ENGINE: _engine, ...inherited } = process.env
  const env = { ...inherited, GRAFT_DATA_DIR: join(folder, 'data'), GRAFT_PROJECTS_DIR: folder, INIT_CWD: '/nowhere', ...variables }
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: folder, env, encoding: 'utf8' })
  return { code: status, stdout, stderr }
}
const answer = (...args: readonly string[]): unknown => JSON.parse(graft([...args, '--json']).stdout)

describe('graft runs note', () => {
  it('names a run, adds and takes away tags, and leaves what is not named', () => {
    const note = (...args: readonly string[]): unknown => answer('runs', 'note', 'noted', '2', ...args)
    expect(note('--name', 'more light', '--tag', 'night', 'day', '--pin')).toMatchObject({
      number: 2,
      name: 'more light',
      tags: ['night', 'day'],
      pinned: true,
      notes: '',
    })
    expect(note('--notes', 'of May', '--untag', 'night')).toMatchObject({
      name: 'more light',
      tags: ['day'],
      pinned: true,
      notes: 'of May',
    })
    expect(note('--name', '', '--unpin')).toMatchObject({ name: null, tags: ['day'], pinned: false, notes: 'of May' })
    expect(graft(['runs', 'note', 'noted', '3', '--name', 'shown', '--pin', '--tag', 'a b']).stdout).toContain('shown')
    expect(graft(['runs', 'noted']).stdout).toContain('* shown [a b]')
  })

  it('is not understood where nothing is to be written', () => {
    const { code, stdout, stderr } = graft(['runs', 'note', 'noted', '2'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('--name, --notes, --tag')
  })
})

describe('graft runs delete', () => {
  it('deletes several, and none where one of them is not there', () => {
    expect(graft(['runs', 'delete', 'noted', '4', '99']).code).toBe(1)
    const { code, stdout } = graft(['runs', 'delete', 'noted', '4', '#5', '4', '--json'])
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 2])
    const numbers = graft(['runs', 'noted', '--json'])
      .stdout.trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { number: number }).number)
    expect(numbers).toEqual([3, 2, 1])
  })
})

describe('graft settings', () => {
  it('keeps what is chosen, one thing at a time', () => {
    expect(answer('settings')).toEqual({ threads: null, engine: 'auto', trainingEngine: 'auto' })
    expect(answer('settings', '--threads', '2')).toEqual({ threads: 2, engine: 'auto', trainingEngine: 'auto' })
    expect(answer('settings', '--engine', 'wasm')).toEqual({ threads: 2, engine: 'wasm', trainingEngine: 'auto' })
    expect(JSON.parse(readFileSync(join(folder, 'data/settings.json'), 'utf8'))).toEqual({
      threads: 2,
      extraction: 'wasm',
      training: 'auto',
      keys: {},
    })
    expect(answer('settings', '--threads', 'all')).toEqual({ threads: null, engine: 'wasm', trainingEngine: 'auto' })
  })

  it('refuses what cannot be, and says what goes before it', () => {
    expect(graft(['settings', '--threads', 'many'])).toMatchObject({ code: 2, stderr: expect.stringContaining('from 1 to 256') as string })
    expect(graft(['settings', '--engine', 'gpu']).code).toBe(2)
    expect(graft(['settings'], { GRAFT_THREADS: '3' }).stderr).toContain('GRAFT_THREADS=3 goes before')
  })

  it('goes on with the defaults where the file is damaged', () => {
    writeFileSync(join(folder, 'data/settings.json'), '{')
    expect(answer('settings')).toEqual({ threads: null, engine: 'auto', trainingEngine: 'auto' })
  })
})

describe('graft about', () => {
  it('says where things are, and names every component with its licence', () => {
    expect(answer('about')).toMatchObject({
      version: expect.any(String) as string,
      dataFolder: join(folder, 'data'),
      projectsFolder: folder,
    })
    const lines = graft(['about', '--licences', '--json']).stdout.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(expect.objectContaining({ name: 'Inter', licence: 'OFL-1.1' }))
  })
})
