import { createRawSnippet, flushSync, mount, unmount } from 'svelte'
import { expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { frameWords } from '../text/frame.ts'
import { show } from '../testing/show.ts'
import Dialog from './Dialog.svelte'

const fields = createRawSnippet(() => ({ render: () => '<form><input aria-label="Name" /><button type="button">Create</button></form>' }))

/** A dialog over a page with a button of its own, and how often it asked to be closed. */
function openDialog(more: { readonly bare?: boolean } = {}) {
  let closed = 0
  const target = show(Dialog, { title: 'New project', onclose: () => (closed += 1), children: fields, ...more })
  return { dialog: target.querySelector('dialog')!, closed: () => closed }
}

test('a dialog says its name, takes the focus and keeps it', async () => {
  const behind = document.createElement('button')
  document.body.append(behind)
  const { dialog } = openDialog()
  expect([dialog.matches(':modal'), document.getElementById(dialog.getAttribute('aria-labelledby') ?? '')?.textContent]).toEqual([
    true,
    'New project',
  ])
  const seen: (Element | null)[] = []
  for (let stop = 0; stop < 8; stop++) {
    await userEvent.keyboard('{Tab}')
    seen.push(document.activeElement)
  }
  expect(seen.includes(dialog.querySelector('input'))).toBe(true)
  expect(seen.includes(behind)).toBe(false)
  behind.remove()
})

test('Escape, the button and a press beside it close it; a press inside does not', async () => {
  const { dialog, closed } = openDialog()
  dialog.querySelector('input')!.click()
  expect(closed()).toBe(0)
  dialog.querySelector<HTMLButtonElement>(`[aria-label="${frameWords.close}"]`)!.click()
  expect(closed()).toBe(1)
  dialog.click()
  expect(closed()).toBe(2)
  await userEvent.keyboard('{Escape}')
  expect(closed()).toBe(3)
})

test('a bare dialog shows no title, and still has its name for screen readers', () => {
  const { dialog } = openDialog({ bare: true })
  const title = document.getElementById(dialog.getAttribute('aria-labelledby') ?? '')
  expect([
    title?.textContent,
    title!.getBoundingClientRect().width <= 1,
    dialog.querySelector(`[aria-label="${frameWords.close}"]`),
  ]).toEqual(['New project', true, null])
})

test('what does not fit scrolls inside, so that every part can be reached in a small window', () => {
  const tall = createRawSnippet(() => ({ render: () => '<div style="height: 3000px; flex: none">long</div>' }))
  const target = show(Dialog, { title: 'Long', onclose: () => undefined, children: tall })
  const dialog = target.querySelector('dialog')!
  const { top, bottom } = dialog.getBoundingClientRect()
  expect([top >= 0, bottom <= window.innerHeight]).toEqual([true, true])
  expect([...dialog.children].some((each) => each.scrollHeight > each.clientHeight)).toBe(true)
})

test('it gives the focus back also where it is taken off the page by itself, and not where somebody else took it', async () => {
  const [opener, other] = [document.createElement('button'), document.createElement('button')]
  document.body.append(opener, other)
  for (const taker of [null, other]) {
    opener.focus()
    const page = mount(Dialog, { target: document.body, props: { title: 'New project', onclose: () => undefined, children: fields } })
    flushSync()
    expect(document.activeElement?.closest('dialog')).not.toBeNull()
    if (taker !== null) {
      document.querySelector('dialog')?.close()
      taker.focus()
    }
    await unmount(page)
    expect(document.activeElement).toBe(taker ?? opener)
  }
  opener.remove()
  other.remove()
})
