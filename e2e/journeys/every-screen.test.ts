import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { checkWords } from '../../src/renderer/text/check.ts'
import { mapWords } from '../../src/renderer/text/map.ts'
import { lookAlikeWords } from '../../src/renderer/text/look-alikes.ts'
import { commandWords } from '../../src/renderer/text/commands.ts'
import { compareWords } from '../../src/renderer/text/compare.ts'
import { doubtWords } from '../../src/renderer/text/doubts.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { photoWords } from '../../src/renderer/text/photos.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { expectAccessible, themesToLookAt } from '../accessibility.ts'
import { expectNothingCutOff } from '../cut-off.ts'
import { doorOf, test } from '../doors.ts'
import { graftEvents } from '../graft-command.ts'
import { makePhotoFolder } from '../photo-folder.ts'
import { expectPhotos, goToRoute, newProject } from '../studio-page.ts'

const usual = { width: 1280, height: 720 }
/** The same window at 200 % zoom. */
const zoomed = { width: 640, height: 360 }

/** A screen, in a state in which somebody stays. */
interface Screen {
  readonly name: string
  readonly route: string
  /** What is done there, and waited for. */
  readonly until: (page: Page) => Promise<void>
}

/**
 * Brings a screen up and looks at it light, dark, and at 200 % zoom. It is laid out by the same rules in a window, where it is looked at once: what
 * differs there is what can be pressed.
 */
async function look(page: Page, name: string, come: () => Promise<void>): Promise<void> {
  await come()
  for (const colorScheme of themesToLookAt()) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expectAccessible(page, `${name}, ${colorScheme}`)
  }
  expect(await page.evaluate(movements), `${name}: what moves although motion is to be reduced`).toEqual([])
  if (doorOf(test.info()) === 'electron') return
  await page.setViewportSize(zoomed)
  // Once more: what opens where it was pressed opens where there is room.
  await come()
  await expectNothingCutOff(page, name)
  expect(await page.evaluate(movements), `${name}: what moves at 200 % zoom although motion is to be reduced`).toEqual([])
  await expectAccessible(page, `${name}, at 200 % zoom`)
  await page.setViewportSize(usual)
}

/** Runs in the page: animations that can be seen as such. */
function movements(): string[] {
  const shortestMs = 20
  return document
    .getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && Number(effect?.getComputedTiming().duration) > shortestMs)
    .map(({ effect }) => (effect instanceof KeyframeEffect ? (effect.target?.outerHTML.slice(0, 120) ?? '') : ''))
}

test('every screen without photos can be used by everybody, light, dark and at 200 % zoom', async ({ studio }) => {
  const { page } = studio
  await look(page, 'first start', () => expect(page.getByRole('heading', { level: 1 })).toHaveText(startWords.title))
  await look(page, 'new project', async () => {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: startWords.newProject }).click()
    await expect(page.getByRole('dialog', { name: startWords.createTitle })).toBeVisible()
  })
  await page.keyboard.press('Escape')
  await newProject(page, 'Empty')
  for (const route of ['photos', 'label', 'check', 'train', 'compare', 'try', 'export'] as const) {
    await look(page, `${route}, empty`, async () => {
      await goToRoute(page, `/${route}`)
      await expect(page.getByRole('heading', { name: frameWords[route] }).first()).toBeVisible()
      await expect(page.getByText(frameWords.loading)).toHaveCount(0)
    })
  }
})

test('every screen of a trained project can be used by everybody, light, dark and at 200 % zoom', async ({ openStudio, folder }) => {
  test.setTimeout(300_000)
  const photos = join(folder, 'photos')
  const [first, second] = await makePhotoFolder(photos, 30)
  const graft = (...args: string[]) => graftEvents(args, { cwd: folder })
  await graft('import', 'Pets.graft', 'photos', '--label-from-folders', '--backbone', 'mobilenet-v2-035')
  await makePhotoFolder(join(folder, 'more'), 33)
  for (const epochs of ['3', '9']) await graft('train', 'Pets.graft', '--seed', '1', '--backbone', 'mobilenet-v2-035', '--epochs', epochs)
  await graft('import', 'Pets.graft', 'more')
  await graft('export', 'Pets.graft', 'latest', '--out', 'exports')
  const runs = (await graft('runs', 'Pets.graft')).map(({ run }) => String(run))
  const { page } = await openStudio(join(folder, 'Pets.graft'))
  const main = page.getByRole('main')
  const settingsShown = () => expect(main.getByRole('searchbox')).toBeVisible()
  const dialog = page.getByRole('dialog')
  await expectPhotos(page, first, 30)

  const screens: readonly Screen[] = [
    { name: 'photos', route: '/photos', until: () => expect(page.getByRole('gridcell').first()).toBeVisible() },
    {
      name: 'photos, some chosen',
      route: '/photos',
      until: async () => {
        await page.getByRole('gridcell').first().click()
        await expect(page.getByRole('toolbar', { name: photoWords.chosen(1) })).toBeVisible()
      },
    },
    {
      name: 'photos, filter',
      route: '/photos',
      until: async () => {
        await page.getByRole('button', { name: photoWords.filterTitle }).click()
        await expect(page.getByRole('radio', { name: photoWords.anyPart }).first()).toBeVisible()
      },
    },
    {
      name: 'photo',
      route: '/photos',
      until: async () => {
        await page.getByRole('gridcell').first().dblclick()
        await expect(dialog.getByTestId('photo-detail')).toBeVisible()
        await expect(dialog.getByText(frameWords.loading)).toHaveCount(0)
      },
    },
    {
      name: 'label',
      route: '/label',
      until: async () => {
        await expect(page.getByTestId('large-photo')).toBeVisible()
      },
    },
    {
      name: 'check, health',
      route: '/check/health',
      until: () => expect(main.getByRole('heading', { name: checkWords.balance.title })).toBeVisible(),
    },
    {
      name: 'check, look-alikes',
      route: '/check/look-alikes',
      until: () => expect(main.getByRole('button', { name: lookAlikeWords.compare })).toBeVisible(),
    },
    {
      name: 'check, wrong labels',
      route: '/check/labels',
      until: () => expect(main.getByRole('button', { name: doubtWords.begin })).toBeVisible(),
    },
    { name: 'check, map', route: '/check/map', until: () => expect(main.getByRole('button', { name: mapWords.make })).toBeVisible() },
    { name: 'train', route: '/train', until: () => expect(page.getByTestId('headline')).toBeVisible() },
    {
      name: 'run',
      route: `/run/${runs[0] ?? ''}`,
      until: async () => {
        await expect(page.getByRole('button', { name: /recognised$/ }).first()).toBeVisible()
        await expect(page.getByTestId('calibration')).toBeVisible()
      },
    },
    { name: 'compare', route: '/compare', until: () => expect(page.getByRole('grid', { name: compareWords.table })).toBeVisible() },
    {
      name: 'compare two',
      route: `/compare/${runs.join(',')}`,
      until: () => expect(page.getByTestId('verdict').getByRole('heading')).toBeVisible(),
    },
    {
      name: 'try',
      route: '/try',
      until: async () => {
        await page.getByTestId('try-files').setInputFiles(join(photos, second, readdirSync(join(photos, second))[0] ?? ''))
        await expect(main.getByRole('article').first()).toContainText(/\d % sure/, { timeout: 60_000 })
      },
    },
    { name: 'export', route: '/export', until: () => expect(page.getByTestId('proof')).toBeVisible() },
    { name: 'settings', route: '/settings', until: settingsShown },
    {
      name: 'commands',
      route: '/settings',
      until: async () => {
        await settingsShown()
        await page.keyboard.press('Control+k')
        await expect(dialog.getByRole('combobox', { name: commandWords.title })).toBeFocused()
      },
    },
    {
      name: 'keys',
      route: '/settings',
      until: async () => {
        await settingsShown()
        await page.keyboard.press('?')
        await expect(page.getByRole('dialog', { name: frameWords.keyMap })).toBeVisible()
      },
    },
  ]
  for (const { name, route, until } of screens) {
    await test.step(name, () =>
      look(page, name, async () => {
        await page.keyboard.press('Escape')
        await expect(dialog).toHaveCount(0)
        await goToRoute(page, route)
        await until(page)
      }),
    )
  }
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: new RegExp(frameWords.allProjects) }).click()
  await look(page, 'start', () => expect(page.getByRole('heading', { level: 1 })).toHaveText(startWords.recent))
})
