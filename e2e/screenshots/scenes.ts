import type { Page } from '@playwright/test'
import type { Projects } from './projects.ts'

/** One thing to look at. */
export interface Scene {
  readonly name: string
  /** The project that is open; null: none, `none`: there never was one. */
  readonly project: keyof Projects | 'new' | 'none' | null
  /** After the `#` of the address; `{1}` stands for the id of run 1. */
  readonly route: string
  /** What a person does there first. */
  readonly act?: (page: Page) => Promise<void>
}

const press =
  (...keys: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key)
  }

export const scenes: readonly Scene[] = [
  { name: 'first-run', project: 'none', route: '' },
  { name: 'start', project: null, route: '' },
  ...['photos', 'label', 'train', 'compare', 'try', 'export', 'settings'].map((page): Scene => ({
    name: `${page}-empty`,
    project: 'new',
    route: `/${page}`,
  })),
  { name: 'photos-unlabelled', project: 'unlabelled', route: '/photos' },
  { name: 'label-new', project: 'unlabelled', route: '/label' },
  { name: 'train-problem', project: 'unlabelled', route: '/train' },
  ...['photos', 'label', 'train', 'run/{2}', 'compare', 'compare/{1},{2}', 'try', 'export', 'settings'].map((page): Scene => ({
    name: page.replace(/[/,]/g, '-').replace(/[{}]/g, ''),
    project: 'trained',
    route: `/${page}`,
  })),
  { name: 'photo-detail', project: 'trained', route: '/photos', act: (page) => page.getByRole('gridcell').nth(3).dblclick() },
  {
    name: 'filter',
    project: 'trained',
    route: '/photos?class=1',
    act: (page) => page.getByRole('button', { name: 'Filter' }).last().click(),
  },
  { name: 'commands', project: 'trained', route: '/photos', act: press('Control+k') },
  { name: 'keys', project: 'trained', route: '/photos', act: press('?') },
]
