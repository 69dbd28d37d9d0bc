import { expect, type ElectronApplication } from '@playwright/test'
import { menuWords } from '../../src/renderer/text/desktop.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { makeProject } from '../made-project.ts'
import { test } from './desktop-app.ts'

/** An item of the native menu, by its labels from the top. */
function item(app: ElectronApplication, ...labels: readonly string[]) {
  return app.evaluate(({ Menu }, path) => {
    let items = Menu.getApplicationMenu()?.items ?? []
    let found = null
    for (const label of path) {
      found = items.find((each) => each.label === label) ?? null
      items = found?.submenu?.items ?? []
    }
    return found === null ? null : { enabled: found.enabled, checked: found.checked, items: items.map(({ label }) => label) }
  }, labels)
}

function press(app: ElectronApplication, ...labels: readonly string[]) {
  return app.evaluate(({ Menu }, path) => {
    let items = Menu.getApplicationMenu()?.items ?? []
    for (const label of path.slice(0, -1)) items = items.find((each) => each.label === label)?.submenu?.items ?? []
    items.find((each) => each.label === path.at(-1))?.click()
  }, labels)
}

test('the menus follow what is open, and lead to every page', async ({ desktop, folder }) => {
  const { path: project } = await makeProject(folder, { perClass: 3, backbone: 'none' })
  const { app, page } = await desktop.start()
  expect(await item(app, menuWords.file, menuWords.closeProject)).toMatchObject({ enabled: false })
  expect(await item(app, menuWords.view, menuWords.pages.train)).toMatchObject({ enabled: false })

  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, project)
  await press(app, menuWords.file, menuWords.openProject)
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  await expect.poll(() => item(app, menuWords.file, menuWords.closeProject)).toMatchObject({ enabled: true })
  await expect.poll(() => item(app, menuWords.view, menuWords.pages.photos)).toMatchObject({ enabled: true, checked: true })

  for (const name of Object.values(menuWords.pages)) {
    await press(app, menuWords.view, name)
    const rail = page.getByRole('navigation', { name: frameWords.pages }).getByRole('button', { name: new RegExp(`^${name}\\b`) })
    await expect(rail).toHaveAttribute('aria-current', 'page')
    await expect.poll(() => item(app, menuWords.view, name)).toMatchObject({ checked: true })
  }
  await press(app, menuWords.view, menuWords.theme, menuWords.themes.dark)
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  expect(await app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark')
  await press(app, menuWords.help, menuWords.keyMap)
  await expect(page.getByRole('dialog')).toBeVisible()

  // What is behind a dialog stays as it is.
  await press(app, menuWords.view, menuWords.pages.photos)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await press(app, menuWords.file, menuWords.closeProject)
  await expect.poll(() => item(app, menuWords.file, menuWords.recent)).toMatchObject({ items: ['Pets'] })
  await press(app, menuWords.file, menuWords.recent, 'Pets')
  await expect(page.getByRole('gridcell').first()).toBeVisible()
})
