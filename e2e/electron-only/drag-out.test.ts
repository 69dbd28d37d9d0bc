import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { graftEvents } from '../graft-command.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { test } from './desktop-app.ts'

test('photos are carried out as their originals, and as working copies where those are other files by now', async ({ desktop, folder }) => {
  const project = join(folder, 'pets.graft')
  const classes = join(folder, 'photos')
  await makePhotoFolder(classes, 3)
  // An import of its own: an original is changed afterwards.
  await graftEvents(['import', project, classes, '--label-from-folders', '--backbone', 'none'], { cwd: folder })
  const originals = readdirSync(classes).flatMap((name) => readdirSync(join(classes, name)).map((file) => join(classes, name, file)))
  const changed = originals[0] ?? ''
  writeFileSync(changed, 'private')

  const { app, page } = await desktop.start(project)
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    const drags: unknown[] = []
    Object.assign(globalThis, { drags })
    if (contents === undefined) return
    contents.startDrag = ({ files, icon }) => void drags.push({ files, isEmpty: typeof icon === 'string' || icon.isEmpty() })
  })
  const drags = () =>
    app.evaluate(
      () => (globalThis as unknown as { drags: readonly { readonly files: readonly string[]; readonly isEmpty: boolean }[] }).drags,
    )
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+A')
  await page.getByTestId('drag-out').dispatchEvent('dragstart')
  await expect.poll(async () => (await drags()).length).toBe(1)
  const [drag] = await drags()
  expect(drag?.isEmpty).toBe(false)
  expect(drag?.files).toHaveLength(6)
  expect(drag?.files.filter((file) => originals.includes(file)).sort()).toEqual(originals.filter((file) => file !== changed).sort())
  expect(drag?.files.filter((file) => file.startsWith(project))).toHaveLength(1)

  // What the project does not know is not carried.
  await page.evaluate(() => {
    window.graft?.startDrag({ kind: 'export', folder: '/etc' })
    window.graft?.startDrag({ kind: 'photos', hashes: ['../../etc/passwd'] })
    window.graft?.startDrag({ kind: 'photos', hashes: ['0'.repeat(64)] })
  })
  await page.getByTestId('drag-out').dispatchEvent('dragstart')
  await expect.poll(async () => (await drags()).length).toBe(2)
})
