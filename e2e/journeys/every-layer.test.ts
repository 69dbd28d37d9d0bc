import { expect, type Locator, type Page } from '@playwright/test'
import { commandWords } from '../../src/renderer/text/commands.ts'
import { compareWords } from '../../src/renderer/text/compare.ts'
import { frameWords, lostWords } from '../../src/renderer/text/frame.ts'
import { photoWords, trashWords } from '../../src/renderer/text/photos.ts'
import { startWords } from '../../src/renderer/text/start.ts'
import { expectAccessibleInBothThemes } from '../accessibility.ts'
import { expectNothingCutOff } from '../cut-off.ts'
import { doorOf, test } from '../doors.ts'
import { makeProject } from '../made-project.ts'
import { classRow, expectPhotos, goToRoute } from '../studio-page.ts'

/** What opens over a screen. */
interface Layer {
  readonly name: string
  readonly route: string
  /** What has the focus before and afterwards. */
  readonly opener: (page: Page) => Locator
  /** Pressed there, one after the other. */
  readonly keys: readonly string[]
  readonly layer: (page: Page) => Locator
}

const menu = (page: Page): Locator => page.getByRole('menu').and(page.locator(':popover-open'))
const sizes = { usual: { width: 1280, height: 800 }, zoomed: { width: 640, height: 360 } }

/** By the keyboard alone: it opens, takes the focus in sight, is for everybody, and Escape gives the focus back. */
async function expectLayer(page: Page, { name, route, opener, keys, layer }: Layer): Promise<void> {
  await goToRoute(page, route)
  await expect(layer(page)).toHaveCount(0)
  await opener(page).focus()
  await expect(opener(page), `${name}: what opens it`).toBeFocused()
  for (const key of keys) await page.keyboard.press(key)
  await expect(layer(page), name).toBeVisible()
  await expect(page.getByRole('dialog').getByText(frameWords.loading)).toHaveCount(0)
  const hasFocus = () => layer(page).evaluate((element) => element.contains(document.activeElement))
  await expect.poll(hasFocus, `${name}: the focus is in it`).toBe(true)
  await expectAccessibleInBothThemes(page, name, layer(page))
  if (doorOf(test.info()) === 'browser') {
    await page.setViewportSize(sizes.zoomed)
    await expectNothingCutOff(page, `${name}, at 200 % zoom`)
    await page.setViewportSize(sizes.usual)
  }
  await page.keyboard.press('Tab')
  await expect.poll(() => page.evaluate(isFocusSeen), `${name}: the focus is seen`).toBe(true)
  await page.keyboard.press('Escape')
  await expect(layer(page), `${name}: Escape closes it`).toHaveCount(0)
  await expect(opener(page), `${name}: the focus is back`).toBeFocused()
}

/** Runs in the page: a ring around what has the focus, or around the field that it stands in. */
function isFocusSeen(): boolean {
  for (let element = document.activeElement; element !== null && element !== document.body; element = element.parentElement) {
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    if (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) return true
  }
  return false
}

test('whatever opens over a screen can be used by everybody, and by the keyboard alone', async ({ openStudio, folder }) => {
  test.setTimeout(300_000)
  const {
    path,
    classes: [first],
  } = await makeProject(folder, { perClass: 20, runs: [3, 3] })
  const studio = await openStudio(path)
  const { page } = studio
  await expectPhotos(page, first, 20)
  const settings = (at: Page): Locator =>
    at.getByRole('navigation', { name: frameWords.pages }).getByRole('button', { name: frameWords.settings })
  const dialog = (title: string | RegExp) => (at: Page) => at.getByRole('dialog', { name: title })
  const table = (at: Page): Locator => at.getByRole('grid', { name: compareWords.table })
  const layers: readonly Layer[] = [
    { name: 'order', route: '/photos', opener: (at) => at.getByRole('button', { name: /^Sort: / }), keys: ['Enter'], layer: menu },
    { name: 'class', route: '/photos', opener: (at) => classRow(at, first).getByRole('button').last(), keys: ['Enter'], layer: menu },
    {
      name: 'add photos',
      route: '/photos',
      opener: (at) => at.getByRole('button', { name: photoWords.add }),
      keys: ['Enter'],
      layer: menu,
    },
    {
      name: 'filter',
      route: '/photos',
      opener: (at) => at.getByRole('button', { name: photoWords.filterTitle }),
      keys: ['Enter'],
      layer: (at) => at.getByRole('dialog').and(at.locator(':popover-open')),
    },
    {
      name: 'photo',
      route: '/photos',
      opener: (at) => at.getByRole('grid', { name: photoWords.grid }),
      keys: ['Enter'],
      layer: (at) => at.getByRole('dialog').filter({ has: at.getByTestId('photo-detail') }),
    },
    {
      name: 'columns',
      route: '/compare',
      opener: (at) => at.getByRole('button', { name: compareWords.columns }),
      keys: ['Enter'],
      layer: menu,
    },
    { name: 'run', route: '/compare', opener: table, keys: ['Shift+F10'], layer: menu },
    { name: 'delete runs', route: '/compare', opener: table, keys: ['Delete'], layer: dialog(/for good\?$/) },
    { name: 'commands', route: '/settings', opener: settings, keys: ['Control+k'], layer: dialog(commandWords.title) },
    { name: 'keys', route: '/settings', opener: settings, keys: ['?'], layer: dialog(frameWords.keyMap) },
  ]
  for (const layer of layers) await test.step(layer.name, () => expectLayer(page, layer))

  await test.step('an error where it happened', async () => {
    await goToRoute(page, '/photos')
    await page.getByRole('textbox', { name: photoWords.addClass }).fill(first)
    await page.keyboard.press('Enter')
    const classes = page.getByRole('complementary', { name: photoWords.classes })
    await expectAccessibleInBothThemes(page, 'an error where it happened', classes.getByRole('alert'))
  })
  await test.step('the trash', async () => {
    await page.getByRole('gridcell').first().click()
    await page.keyboard.press('Delete')
    await goToRoute(page, '/photos?trash=1')
    await expectAccessibleInBothThemes(page, 'the trash', page.getByRole('gridcell').first())
    await expectLayer(page, {
      name: 'empty the trash',
      route: '/photos?trash=1',
      opener: (at) => at.getByRole('button', { name: trashWords.empty }),
      keys: ['Enter'],
      layer: dialog(trashWords.title(1)),
    })
    await page.getByRole('gridcell').first().click()
    await page.getByRole('button', { name: photoWords.bringBack }).click()
    await expectAccessibleInBothThemes(page, 'the empty trash', page.getByRole('heading', { name: photoWords.emptyTrashTitle }))
  })
  await page.getByRole('button', { name: new RegExp(frameWords.allProjects) }).click()
  const starting: Omit<Layer, 'name' | 'layer'> & { route: string } = {
    route: '/',
    opener: (at) => at.getByRole('button', { name: startWords.newProject }),
    keys: ['Enter'],
  }
  await test.step('new project', () => expectLayer(page, { ...starting, name: 'new project', layer: dialog(startWords.createTitle) }))
  // In its own window the system asks for a folder.
  if (studio.kind === 'browser') {
    await test.step('folders', () =>
      expectLayer(page, {
        ...starting,
        name: 'folders',
        opener: (at) => at.getByRole('button', { name: startWords.open }),
        layer: dialog(startWords.openTitle),
      }))
  }
})

test('a lost connection is told to everybody', async ({ openStudio, folder }) => {
  test.skip(doorOf(test.info()) === 'electron', 'its page cannot lose its studio')
  const { page } = await openStudio((await makeProject(folder, { perClass: 20 })).path)
  const sockets: { close(): Promise<void> }[] = []
  let isCut = false
  await page.routeWebSocket(/.*/, (socket) => {
    if (isCut) return void socket.close()
    socket.connectToServer()
    sockets.push(socket)
  })
  await page.reload()
  await expect(page.getByRole('gridcell').first()).toBeVisible()
  isCut = true
  for (const socket of sockets) await socket.close()
  const banner = page.getByRole('alert').filter({ hasText: lostWords('open').title })
  await expectAccessibleInBothThemes(page, 'a lost connection', banner)
})
