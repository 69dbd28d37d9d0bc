import { flushSync } from 'svelte'
import { expect, test } from 'vitest'
import type { ImportReport } from '../../main/contract/images.ts'
import type { Studio } from '../state/studio.svelte.ts'
import { show } from '../testing/show.ts'
import { studioForTests, withStudio } from '../testing/studio-for-tests.ts'
import { importWords } from '../text/photos.ts'
import Shelf from './Shelf.svelte'

const report: ImportReport = {
  ...{ images: 15, labelled: 0, duplicates: 0, nearDuplicates: 0 },
  ...{ skipped: [], conflicts: [], several: [], sources: [], unnamed: 0, seconds: 1, cancelled: false },
}
const none: ImportReport = { ...report, images: 0, skipped: [{ file: 'notes/a.txt', reason: 'not-a-picture', detail: '' }] }

/** The shelf below another page than the photos, after imports with these reports. */
function shelfAfter(...reports: readonly ImportReport[]): { readonly studio: Studio; readonly page: HTMLElement; names(): string[] } {
  const studio = studioForTests({})
  studio.navigation.go('label')
  for (const each of reports) studio.importNotice.tell(each)
  const page = show(withStudio(studio, Shelf), {})
  const names = () => [...page.querySelectorAll('button')].map((each) => each.ariaLabel ?? each.textContent.trim())
  return { studio, page, names }
}

function linesOf(page: HTMLElement): string[] {
  return [...page.querySelectorAll('[data-testid=import-report] li')].map((each) => each.textContent.trim())
}

test('of two imports that ask nothing the last one is told, with the way to its photos, where it is seen and goes', () => {
  const { studio, page, names } = shelfAfter({ ...report, images: 2 }, report)
  expect(page.querySelectorAll('[data-testid=import-report]').length).toBe(1)
  expect([page.querySelector('p:not(.visually-hidden)')?.textContent.trim(), names()]).toEqual([
    'Added 15 photos.',
    [importWords.toPhotos, 'Dismiss'],
  ])
  page.querySelector('button')!.click()
  flushSync()
  expect([studio.navigation.place.page, page.querySelector('[data-testid=import-report]'), studio.importNotice.report]).toEqual([
    'photos',
    null,
    report,
  ])
  studio.navigation.go('label')
  expect(studio.importNotice.report).toBeNull()
})

test('what an import did not take is still told when another one has ended', () => {
  const { page, names } = shelfAfter(none, report)
  expect(page.querySelector('p:not(.visually-hidden)')?.textContent).toBe('2 imports:')
  const kinds = 'Graft takes JPEG, PNG, WebP, AVIF, GIF and TIFF.'
  expect(linesOf(page)).toEqual([`No photo was found: 1 file that is not a photo. ${kinds}`, 'Added 15 photos.'])
  expect(names()).toEqual([importWords.show, importWords.toPhotos, 'Dismiss'])
  page.querySelector('button')!.click()
  flushSync()
  expect(page.querySelector('dialog')?.textContent).toContain('notes/a.txt')
})

test('imports that wait together keep their numbers apart, the last three a line each and all in the report', () => {
  const of = (name: string, kind: 'csv' | 'coco', labelled: number): ImportReport => ({
    ...{ ...report, images: 0, labelled },
    sources: [{ file: `/x/${name}`, kind, photos: labelled, classes: 2, taken: null }],
  })
  const folders = { ...none, images: 14, labelled: 14 }
  const { page } = shelfAfter({ ...none, images: 3 }, folders, of('labels.csv', 'csv', 8), of('coco.json', 'coco', 7))
  const said = [
    'Added 14 photos; 14 photos got the class of their folder. 1 file not taken.',
    'No new photo; 8 photos got their class out of labels.csv. labels.csv is a table with 8 photos in 2 classes.',
    'No new photo; 7 photos got their class out of coco.json. coco.json is a COCO file with 7 photos in 2 classes.',
  ]
  expect(page.querySelector('p:not(.visually-hidden)')?.textContent).toBe('4 imports, the last 3:')
  expect(linesOf(page)).toEqual(said)
  page.querySelector('button')!.click()
  flushSync()
  const lines = [...page.querySelectorAll('dialog li')].map((each) => each.textContent.trim())
  expect(lines.slice(0, 4)).toEqual([...said.toReversed(), 'Added 3 photos. 1 file not taken.'])
})

test('of dozens of imports and thousands of files the report shows the first lines of each list, more on a press, and how many there are besides', () => {
  const many = (first: number): ImportReport['skipped'] =>
    Array.from({ length: 75 }, (_, index) => ({ file: `notes/${first + index}.txt`, reason: 'not-a-picture', detail: '' }))
  const { page } = shelfAfter(...Array.from({ length: 40 }, (_, index) => ({ ...none, skipped: many(index * 75) })))
  page.querySelector('button')!.click()
  flushSync()
  const dialog = page.querySelector('dialog')!
  const [imports, files] = [...dialog.querySelectorAll('section')]
  const lines = (of: Element | undefined) => of!.querySelectorAll('li').length
  expect([imports, files].map((each) => each!.querySelector('h3')!.textContent)).toEqual([
    '40 imports, the last one first',
    '3,000 files that are not photos',
  ])
  expect([lines(imports), lines(files)]).toEqual([8, 8])
  const [moreImports, moreFiles] = [imports, files].map((each) => each!.querySelector('button')!)
  expect([moreImports!.innerText, moreFiles!.innerText]).toEqual(['Show 32 more', 'Show 192 more'])
  moreImports!.click()
  moreFiles!.click()
  flushSync()
  expect([
    lines(imports),
    lines(files),
    files!.textContent.includes('and 2,800 more'),
    dialog.querySelectorAll('section button').length,
  ]).toEqual([40, 201, true, 0])
  // The way out stays in sight.
  dialog.querySelector('.content')!.scrollTop = 4000
  expect(dialog.querySelector('header')!.getBoundingClientRect().top).toBeGreaterThanOrEqual(dialog.getBoundingClientRect().top)
})

test('an import that was undone while it ran has no tick and no way to photos that are gone', () => {
  const { page, names } = shelfAfter({ ...report, cancelled: true, endedBy: 'undo' })
  expect(page.querySelector('p:not(.visually-hidden)')?.textContent.trim()).toBe('Stopped because the import was undone.')
  expect([names(), page.querySelector('.done')]).toEqual([['Dismiss'], null])
})

test('an import that brought no photo has no tick and no way to photos, but says what was not taken', () => {
  const { page, names } = shelfAfter(none)
  expect(page.textContent).toContain('No photo was found: 1 file that is not a photo.')
  expect([names(), page.querySelector('.done')]).toEqual([[importWords.show, 'Dismiss'], null])
  page.querySelector('button')!.click()
  flushSync()
  expect(page.querySelector('dialog')?.textContent).toContain('notes/a.txt')
})

test('an import out of a file says what it was; photos with several classes are listed and get the first of them on one press', async () => {
  const set: unknown[] = []
  const studio = studioForTests({
    classes: { list: () => Promise.resolve([{ id: 3, name: 'Dog', colour: '#0072b2', key: '1', position: 0, images: 1 }]) },
    labels: {
      set: (input: never) => {
        set.push(input)
        return Promise.resolve({ changed: 2 })
      },
    },
  })
  studio.navigation.go('label')
  const [one, other] = ['a'.repeat(64), 'b'.repeat(64)]
  const several = [one, other].map((hash) => ({ file: `set/${hash.slice(0, 1)}.jpg`, hash, classes: ['dog', 'cat'] }))
  studio.importNotice.tell({ ...report, sources: [{ file: '/x/coco.json', kind: 'coco', photos: 15, classes: 2, taken: null }], several })
  const page = show(withStudio(studio, Shelf), {})
  expect(page.textContent).toContain('coco.json is a COCO file with 15 photos in 2 classes.')
  expect(page.querySelector('b')?.textContent).toBe('2 photos have several classes and were given none.')
  page.querySelector('button')!.click()
  flushSync()
  const dialog = page.querySelector('dialog')!
  expect(dialog.textContent).toContain('has dog, cat')
  const give = [...dialog.querySelectorAll('button')].find((each) => each.textContent.includes('Make all 2 dog'))!
  give.click()
  await expect.poll(() => set).toEqual([{ hashes: [one, other], classId: 3 }])
  expect(give.disabled).toBe(true)
})
