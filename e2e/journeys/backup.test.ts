import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { backupWords } from '../../src/renderer/text/backup.ts'
import { compareWords } from '../../src/renderer/text/compare.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { test } from '../doors.ts'
import { graftEvents } from '../graft-command.ts'
import { makeProject } from '../made-project.ts'
import { expectPhotos, press, pressButton, tabTo } from '../studio-page.ts'

test('a project is backed up and opened as another one, with the same photos, labels and runs, without a mouse', async ({
  openStudio,
  folder,
}) => {
  const { path, classes } = await makeProject(folder, { perClass: 20, runs: [3, 3] })
  const kept = join(folder, 'kept')
  mkdirSync(kept)
  const studio = await openStudio(path)
  const { page } = studio
  for (const name of classes) await expectPhotos(page, name, 20)

  await press(page, 'g', 's')
  await expect(page.getByText(/^Up to .*[kM]B$/)).toBeVisible()
  await studio.chooseFolder(() => pressButton(page, backupWords.make), kept, backupWords.chooseThis)
  await expect(page.getByRole('status').filter({ hasText: 'Backed up 40 photos' })).toBeVisible()
  const files = readdirSync(kept)
  expect(files).toEqual([expect.stringMatching(/\.graft-backup$/)])

  await tabTo(
    page,
    page.getByRole('navigation', { name: frameWords.pages }).getByRole('button', { name: new RegExp(frameWords.allProjects) }),
  )
  await press(page, 'Enter')
  await expect(page.getByRole('heading', { name: startWords.recent })).toBeVisible()
  await pressButton(page, backupWords.open)
  await expect(page.getByRole('textbox', { name: backupWords.path })).toBeFocused()
  await page.keyboard.type(join(kept, files[0] ?? ''))
  await press(page, 'Enter')
  await expect(page.getByRole('dialog')).toBeHidden()
  for (const name of classes) await expectPhotos(page, name, 20)
  await press(page, 'g', 'c')
  await tabTo(page, page.getByRole('grid', { name: compareWords.table }))
  await expect(page.getByRole('grid', { name: compareWords.table }).getByRole('row')).toHaveCount(3)

  await studio.reopen()
  const [restored = ''] = readdirSync(studio.projects)
  const other = join(studio.projects, restored)
  expect(other).not.toBe(path)
  const photosOf = (project: string) => graftEvents(['images', 'list', project], { cwd: folder })
  expect(await photosOf(other)).toEqual(await photosOf(path))
})

test('of a damaged backup everything else is opened, and what is left out is named, without a mouse', async ({ openStudio, folder }) => {
  const { path, classes } = await makeProject(folder, { perClass: 3 })
  const kept = join(folder, 'kept.graft-backup')
  await graftEvents(['backup', path, '--out', kept], { cwd: folder })
  const bytes = readFileSync(kept)
  // The first photo is packed as it is: some bytes of its picture.
  const at = bytes.indexOf('images/') + 2000
  bytes.fill(0, at, at + 20)
  writeFileSync(kept, bytes)

  const studio = await openStudio()
  const { page } = studio
  await pressButton(page, backupWords.open)
  await page.keyboard.type(kept)
  await press(page, 'Enter')
  await expect(page.getByRole('alert').filter({ hasText: 'images/' })).toBeVisible()
  await pressButton(page, backupWords.rescue)
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(page.getByRole('status').filter({ hasText: 'without 1 damaged file: images/' })).toBeVisible()
  for (const name of classes) await expectPhotos(page, name, 3)
})
