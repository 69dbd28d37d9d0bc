// @ts-check
// A plain script, because this is the one thing that has to run when the page was opened as a file.
if (location.protocol === 'file:') {
  document.getElementById('not-served')?.removeAttribute('hidden')
  document.getElementById('classes')?.remove()
  addEventListener('DOMContentLoaded', () => document.getElementById('studio')?.remove())
}
