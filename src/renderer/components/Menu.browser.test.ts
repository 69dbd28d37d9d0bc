import { createRawSnippet } from 'svelte'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { show } from '../testing/show.ts'
import Menu from './Menu.svelte'

const button = createRawSnippet(() => ({ render: () => '<span>Add photos</span>' }))
const items = createRawSnippet<[() => void]>(() => ({
  render: () => '<div style="width: 200px; height: 120px"><button>A folder</button></div>',
}))

test('a menu stays with its button when the window changes its size', async () => {
  await page.viewport(800, 600)
  const target = show(Menu, { align: 'right' as const, button, items })
  target.style.cssText = 'position: fixed; right: 20px; bottom: 300px'
  await userEvent.click(target.querySelector('button')!)
  const menu = target.querySelector<HTMLElement>('[popover]')!
  const gap = () => {
    const from = target.querySelector('button')!.getBoundingClientRect()
    const box = menu.getBoundingClientRect()
    return { right: Math.round(from.right - box.right), below: Math.round(box.top - from.bottom), above: Math.round(from.top - box.bottom) }
  }
  expect(gap()).toMatchObject({ right: 0, below: 4 })

  await page.viewport(500, 600)
  await expect.poll(gap).toMatchObject({ right: 0, below: 4 })
  // No room under its button any more.
  target.style.bottom = '40px'
  await page.viewport(500, 480)
  await expect.poll(gap).toMatchObject({ right: 0, above: 4 })
})
