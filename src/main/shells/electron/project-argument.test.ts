import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { isSamePlace, projectArgument, projectFolder } from './project-argument.ts'

const home = resolve('/home/ada')

it('the project on a command line is found among the switches of the browser engine', () => {
  expect(projectArgument(['graft', '--no-sandbox', '--user-data-dir=/x.graft', 'birds.graft', '.'], home)).toBe(join(home, 'birds.graft'))
  expect(projectArgument(['graft', '.', join(home, 'My birds.graft') + '/'], '/')).toBe(join(home, 'My birds.graft'))
  expect(projectArgument(['graft', '.', '--allow-file-access-from-files'], home)).toBe(null)
  expect(projectArgument(['/opt/x.graft'], home)).toBe(null)
})

it('a file inside of a project stands for it', () => {
  expect(projectArgument(['graft', 'birds.graft/project.db'], home)).toBe(join(home, 'birds.graft'))
  expect(projectFolder(join(home, 'birds.graft'))).toBe(join(home, 'birds.graft'))
  expect(projectFolder(join(home, 'photos/a.jpg'))).toBe(join(home, 'photos/a.jpg'))
})

it('a link leads to the same project', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'graft-open-')))
  mkdirSync(join(folder, 'a.graft'))
  symlinkSync(join(folder, 'a.graft'), join(folder, 'link'))
  expect(isSamePlace(join(folder, 'link'), join(folder, 'a.graft/'))).toBe(true)
  expect(isSamePlace(join(folder, 'gone'), join(folder, 'a.graft'))).toBe(false)
  rmSync(folder, { recursive: true })
})
