import type { Page, WebSocketRoute } from '@playwright/test'
import { engineTestWords } from '../../src/renderer/text/engine.ts'
import { frameWords } from '../../src/renderer/text/frame.ts'
import { learnsWords, recipeWords } from '../../src/renderer/text/recipes.ts'
import { trainWords } from '../../src/renderer/text/train.ts'
import { settingsWords } from '../../src/renderer/text/settings.ts'
import { backupWords } from '../../src/renderer/text/backup.ts'
import { historyWords } from '../../src/renderer/text/history.ts'
import { keyEditorWords } from '../../src/renderer/text/key-editor.ts'
import { labelWords } from '../../src/renderer/text/label.ts'
import { photoExportWords } from '../../src/renderer/text/photo-export.ts'
import { photoWords, trashWords } from '../../src/renderer/text/photos.ts'
import { recordWords } from '../../src/renderer/text/record.ts'
import { watchingWords } from '../../src/renderer/text/watching.ts'
import { plugInCameraFirst } from '../fake-camera.ts'
import { go, startLongTraining } from '../studio-page.ts'
import type { Projects } from './projects.ts'

/** One thing to look at. */
export interface Scene {
  readonly name: string
  /** The project that is open; null: none, `none`: there never was one. */
  readonly project: keyof Projects | 'new' | 'none' | null
  /** After the `#` of the address; `{1}` stands for the id of run 1. */
  readonly route: string
  /** Before the page is opened. */
  readonly before?: (page: Page) => Promise<void>
  /** What a person does there first. */
  readonly act?: (page: Page) => Promise<void>
}

const press =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }

/** Lets the page reach its studio until it is cut off: then nothing of it answers any more. */
const cutOff = new WeakMap<Page, () => Promise<void>>()
async function makeConnectionCutable(page: Page): Promise<void> {
  const sockets: WebSocketRoute[] = []
  let isCut = false
  await page.routeWebSocket(/.*/, (socket) => {
    if (isCut) return void socket.close()
    socket.connectToServer()
    sockets.push(socket)
  })
  cutOff.set(page, async () => {
    isCut = true
    await page.route('**', (route) => route.abort())
    await Promise.all(sockets.map((socket) => socket.close()))
    await page.getByRole('alert').waitFor()
  })
}

/** Starts another training where the last one has ended. */
async function keepTraining(page: Page): Promise<void> {
  if (!(await page.getByTestId('live-run').isVisible())) await startLongTraining(page)
}

/** Lets more of the network learn, then deeper, with every setting in sight. */
async function goDeeper(page: Page): Promise<void> {
  const choose = (legend: string, name: string): Promise<void> =>
    page.getByRole('radiogroup', { name: legend }).getByRole('radio', { name }).click({ force: true })
  await page.getByRole('radio', { name: recipeWords.names.thorough }).click()
  await page.getByText(trainWords.advanced, { exact: true }).click()
  await choose(learnsWords.deeper, learnsWords.deeperTwice(8))
  await page.getByText(learnsWords.batchNorm).scrollIntoViewIfNeeded()
}

/** The studio looks for the folder of its project whenever somebody comes back to it. */
async function comeBack(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await page.getByRole('alert').waitFor()
}

/** What is labelled: one of the entries above the photo. */
const source = (value: string) => async (page: Page) => {
  await page.getByRole('combobox', { name: labelWords.source }).selectOption(value)
}

/** Records a few photos with the camera. */
async function record(page: Page): Promise<void> {
  await page.getByRole('button', { name: photoWords.add }).first().click()
  await page.getByRole('menuitem', { name: recordWords.add }).click()
  const hold = page.getByRole('button', { name: recordWords.hold })
  await hold.focus()
  await page.keyboard.down(' ')
  await page.getByTestId('take').getByRole('img').nth(3).waitFor()
  await page.keyboard.up(' ')
}

/** Labelling with suggestions, and the care of the data. */
const tidying: readonly Omit<Scene, 'project'>[] = [
  { name: 'label-suggestion', route: '/label' },
  {
    name: 'by-suggestion',
    route: '/label',
    act: async (page) => {
      await source('by-suggestion')(page)
      await page.getByRole('listbox').getByRole('option').first().waitFor()
      await page.keyboard.press('ArrowRight')
    },
  },
  { name: 'useful-next', route: '/label', act: (page) => source('useful')(page) },
  ...['health', 'look-alikes', 'labels', 'map'].map((tab) => ({ name: `check-${tab}`, route: `/check/${tab}` })),
  {
    name: 'check-perhaps',
    route: '/check/look-alikes',
    act: (page) =>
      page
        .getByRole('radio', { name: /^Perhaps/ })
        .first()
        .click({ force: true }),
  },
  {
    name: 'history',
    route: '/photos',
    act: async (page) => {
      await press('g', 'h')(page)
      await page.getByRole('listbox', { name: historyWords.title }).waitFor()
    },
  },
  { name: 'views', route: '/photos?noted=1' },
  {
    name: 'note',
    route: '/photos?noted=1',
    act: async (page) => {
      await page.getByRole('gridcell').first().dblclick()
      await press('n')(page)
    },
  },
  {
    name: 'similar',
    route: '/photos',
    act: async (page) => {
      await page.getByRole('gridcell').nth(3).click()
      await press('m')(page)
    },
  },
  { name: 'trash-few', route: '/photos?trash=1' },
  {
    name: 'trash-chosen',
    route: '/photos?trash=1',
    act: (page) => page.getByRole('gridcell').first().click(),
  },
  { name: 'erase', route: '/photos?trash=1', act: (page) => page.getByRole('button', { name: trashWords.empty }).click() },
  {
    name: 'add-menu',
    route: '/photos',
    act: (page) => page.getByRole('button', { name: photoWords.add }).first().click(),
  },
  {
    name: 'settings-project',
    route: '/settings',
    act: (page) => page.getByRole('list', { name: watchingWords.name }).evaluate((list) => list.scrollIntoView({ block: 'center' })),
  },
  { name: 'backup-place', route: '/settings', act: (page) => page.getByRole('button', { name: backupWords.make, exact: true }).click() },
  {
    name: 'save-photos',
    route: '/photos',
    act: (page) => page.getByRole('button', { name: photoExportWords.menu }).first().click(),
  },
  {
    name: 'change-keys',
    route: '/label',
    act: async (page) => {
      await press('?')(page)
      await page.getByRole('button', { name: keyEditorWords.change }).click()
    },
  },
]

export const scenes: readonly Scene[] = [
  { name: 'first-run', project: 'none', route: '' },
  { name: 'start', project: null, route: '' },
  {
    name: 'open-backup',
    project: null,
    route: '',
    act: (page) => page.getByRole('button', { name: backupWords.open }).click(),
  },
  ...['photos', 'label', 'check', 'train', 'compare', 'try', 'export', 'settings'].map((page): Scene => ({
    name: `${page}-empty`,
    project: 'new',
    route: `/${page}`,
  })),
  { name: 'photos-unlabelled', project: 'unlabelled', route: '/photos' },
  { name: 'label-new', project: 'unlabelled', route: '/label' },
  { name: 'train-problem', project: 'unlabelled', route: '/train' },
  ...['photos', 'label', 'check', 'train', 'run/{2}', 'compare', 'compare/{1},{2}', 'try', 'export', 'settings'].map((page): Scene => ({
    name: page.replace(/[/,]/g, '-').replace(/[{}]/g, ''),
    project: 'trained',
    route: `/${page}`,
  })),
  {
    name: 'run-sureness',
    project: 'trained',
    route: '/run/{2}',
    act: (page) => page.getByTestId('sureness').evaluate((panel) => panel.scrollIntoView({ block: 'start' })),
  },
  ...['photos', 'label', 'check', 'train', 'compare'].map((page): Scene => ({
    name: `${page}-large`,
    project: 'large',
    route: `/${page}`,
  })),
  { name: 'trash', project: 'large', route: '/photos?trash=1' },
  { name: 'trash-empty', project: 'new', route: '/photos?trash=1' },
  { name: 'train-running', project: 'running', route: '/train', act: keepTraining },
  {
    name: 'photos-training',
    project: 'running',
    route: '/train',
    act: async (page) => {
      await keepTraining(page)
      await go(page, frameWords.photos)
    },
  },
  { name: 'train-deeper', project: 'trained', route: '/train', act: goDeeper },
  { name: 'train-failed', project: 'failed', route: '/train' },
  { name: 'photos-importing', project: 'importing', route: '/photos' },
  { name: 'train-importing', project: 'importing', route: '/train' },
  {
    name: 'connection-lost',
    project: 'unlabelled',
    route: '/photos',
    before: makeConnectionCutable,
    act: async (page) => cutOff.get(page)?.(),
  },
  { name: 'folder-gone', project: 'gone', route: '/photos', act: comeBack },
  { name: 'folder-gone-train', project: 'gone', route: '/train', act: comeBack },
  { name: 'photo-detail', project: 'trained', route: '/photos', act: (page) => page.getByRole('gridcell').nth(3).dblclick() },
  {
    name: 'filter',
    project: 'trained',
    route: '/photos?class=1',
    act: (page) => page.getByRole('button', { name: 'Filter' }).last().click(),
  },
  {
    name: 'settings-engines',
    project: 'trained',
    route: '/settings',
    act: async (page) => {
      await page.getByRole('button', { name: engineTestWords.start }).click()
      await page.getByRole('list', { name: engineTestWords.name }).waitFor()
      await page.getByRole('radiogroup', { name: settingsWords.extraction }).evaluate((group) => group.scrollIntoView({ block: 'start' }))
    },
  },
  {
    name: 'settings-engine-chip',
    project: 'trained',
    route: '/settings',
    act: (page) => page.getByRole('button', { name: /^Engine: / }).click(),
  },
  ...tidying.map((scene): Scene => ({ ...scene, project: 'tidied' })),
  // Photos are added by it, which would stand among those to tidy up.
  { name: 'record', project: 'failed', route: '/photos', before: (page) => plugInCameraFirst(page, true), act: record },
  {
    name: 'record-refused',
    project: 'failed',
    route: '/photos',
    before: (page) => plugInCameraFirst(page, false),
    act: async (page) => {
      await page.getByRole('button', { name: photoWords.add }).first().click()
      await page.getByRole('menuitem', { name: recordWords.add }).click()
    },
  },
  { name: 'commands', project: 'trained', route: '/photos', act: press('Control+k') },
  { name: 'keys', project: 'trained', route: '/photos', act: press('?') },
]
