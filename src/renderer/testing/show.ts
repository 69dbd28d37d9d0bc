import { flushSync, mount, unmount, type Component } from 'svelte'
import { onTestFinished } from 'vitest'
import '../styles/tokens.css'
import '../styles/base.css'

/** Shows a component in the page, with the studio's own styles, until the test ends. Answers the element around it. */
export function show<Props extends Record<string, unknown>>(component: Component<Props>, props: Props): HTMLElement {
  const target = document.createElement('div')
  document.body.append(target)
  const shown = mount(component, { target, props })
  flushSync()
  onTestFinished(async () => {
    await unmount(shown)
    target.remove()
  })
  return target
}
