import { expect, test } from 'vitest'
import { show } from '../testing/show.ts'
import ConfusionMatrix from './ConfusionMatrix.svelte'

const evaluation = {
  classes: ['cat', 'dog', 'owl'].map((name, index) => ({ id: index + 1, name, colour: '#0072b2' })),
  confusion: [
    [8, 1, 0],
    [0, 9, 0],
    [4, 0, 4],
  ],
}

function matrix() {
  const opened: (readonly [number, number])[] = []
  const shown = show(ConfusionMatrix, { evaluation, chosen: null, onopen: (row: number, column: number) => opened.push([row, column]) })
  const cells = [...shown.querySelectorAll<HTMLButtonElement>('button')]
  const cell = (name: string) => cells.find((each) => each.getAttribute('aria-label') === name)!
  const press = (key: string) =>
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  return { shown, opened, cells, cell, press }
}

test('every cell with photos is a button that says what is behind it; the others are none', () => {
  const { cells } = matrix()
  expect(cells.map((each) => each.getAttribute('aria-label'))).toEqual([
    '8 photos of cat recognised',
    '1 photo of cat taken for dog',
    '9 photos of dog recognised',
    '4 photos of owl taken for cat',
    '4 photos of owl recognised',
  ])
})

test('a press opens the photos of the cell: row what it is, column what was said', () => {
  const { cell, opened } = matrix()
  cell('4 photos of owl taken for cat').click()
  expect(opened).toEqual([[2, 0]])
})

test('Tab comes to one cell, and the arrow keys go on from there', async () => {
  const { cells, cell, press } = matrix()
  const stops = () => cells.filter(({ tabIndex }) => tabIndex === 0).map((each) => each.getAttribute('aria-label'))
  expect(stops()).toEqual(['8 photos of cat recognised'])
  cell('8 photos of cat recognised').focus()
  press('ArrowDown')
  press('ArrowDown')
  expect(document.activeElement).toBe(cell('4 photos of owl taken for cat'))
  press('ArrowRight')
  expect(document.activeElement).toBe(cell('4 photos of owl recognised'))
  await expect.poll(stops).toEqual(['4 photos of owl recognised'])
})

test('the fill of a mistake grows with its share of the row', () => {
  const { cell } = matrix()
  /** Of the lightness that the surface has and the fill takes away. */
  const lightness = (name: string) => Number(/oklab\(([\d.]+)/.exec(getComputedStyle(cell(name)).backgroundColor)?.[1])
  expect(lightness('4 photos of owl taken for cat')).toBeLessThan(lightness('1 photo of cat taken for dog'))
  expect(cell('4 photos of owl taken for cat').title).toBe('4 photos of owl taken for cat, 50 % of owl')
})

test('twenty classes in a narrow card are scrolled: no cell lies over another, and nothing shows through the names', async () => {
  const count = 20
  const classes = Array.from({ length: count }, (_, index) => ({ id: index + 1, name: `kind ${index} paper-cardboard`, colour: '#0072b2' }))
  const confusion = classes.map((_, row) => classes.map((_, column) => (row === column ? 12 : 1)))
  const shown = show(ConfusionMatrix, { evaluation: { classes, confusion }, chosen: null, onopen: () => undefined })
  shown.style.width = '420px'
  const rectsOf = (selector: string) => [...shown.querySelectorAll(selector)].map((each) => each.getBoundingClientRect())
  const firstRow = rectsOf('tbody tr:first-child button')
  await expect.poll(() => rectsOf('tbody tr:first-child button').every(({ width }) => width >= 29)).toBe(true)
  expect(firstRow.slice(1).filter(({ left }, index) => left < firstRow[index]!.right)).toEqual([])
  const scroll = shown.querySelector('.scroll')!
  scroll.scrollTo(200, 300)
  const { left, top } = scroll.getBoundingClientRect()
  // In the middle of where the names of the rows and those of the columns are.
  for (const [x, y] of [
    [left + 30, top + 200],
    [left + 200, top + 60],
  ] as const)
    expect(document.elementFromPoint(x, y)?.closest('th, thead td')).not.toBeNull()
})
