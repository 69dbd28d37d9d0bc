/**
 * Lets go of the button that was pressed with a pointer: it would keep Enter, Space and the arrow keys, which belong to what the page is
 * about. One that was pressed by a key keeps the focus. For `onclick` of what holds the buttons.
 */
export function leaveKeys({ detail, target }: MouseEvent): void {
  // A press by a key counts no clicks.
  if (detail === 0 || !(target instanceof Element)) return
  const button = target.closest('button')
  if (button !== null && button === document.activeElement) button.blur()
}

/** Gives the focus to an element that answers keys, where nothing else has it. An attachment. */
export function takeKeys(element: HTMLElement): void {
  if (document.activeElement === null || document.activeElement === document.body) element.focus({ preventScroll: true })
}
