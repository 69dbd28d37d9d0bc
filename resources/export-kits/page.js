// @ts-check
/** The page around the model: a photo by choosing, dropping, pasting or from the camera, and a bar per class. */
import { loadGraftModel } from './graft-model.js'

/** @typedef {import('./graft-model.js').Answer} Answer */
/** @typedef {import('./graft-model.js').GraftModel} GraftModel */

/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function element(id, kind) {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`the page has no #${id}`)
  return found
}

const stage = element('stage', HTMLDivElement)
const photo = element('photo', HTMLImageElement)
const camera = element('camera', HTMLVideoElement)
const verdict = element('verdict', HTMLParagraphElement)
const bars = element('bars', HTMLUListElement)
const file = element('file', HTMLInputElement)
const choose = element('choose', HTMLButtonElement)
const useCamera = element('use-camera', HTMLButtonElement)

/** Classes beyond this are not drawn while they are improbable: nobody reads a thousand bars. */
const barsShown = 12

/**
 * @param {string} title
 * @param {string} text
 */
function showProblem(title, text) {
  element('problem-title', HTMLHeadingElement).textContent = title
  element('problem-text', HTMLParagraphElement).textContent = text
  element('problem', HTMLElement).hidden = false
}

function hideProblem() {
  element('problem', HTMLElement).hidden = true
}

/** @param {number} probability */
function percent(probability) {
  const value = probability * 100
  if (value > 0 && value < 0.1) return 'under 0.1 %'
  return `${value >= 99.95 && value < 100 ? '99.9' : value.toFixed(value < 9.95 || (value > 99 && value < 100) ? 1 : 0)} %`
}

/**
 * @param {GraftModel} model
 * @param {Answer[]} answers
 */
function showAnswers(model, answers) {
  const ordered = [...answers].sort((first, second) => second.probability - first.probability)
  const { className, likeliest } = model.answer(answers)
  const said = `${likeliest.className}, ${percent(likeliest.probability)}`
  const words = className === null ? 'None of these' : said
  const guess = className === null ? ` It is not sure enough. Its best guess: ${said}.` : ''
  if (verdict.textContent !== words + guess) {
    const muted = document.createElement('span')
    muted.className = 'muted'
    muted.textContent = guess
    verdict.replaceChildren(words, muted)
  }
  bars.replaceChildren(...ordered.slice(0, barsShown).map((answer) => bar(answer, answer.className === className)))
}

/**
 * @param {Answer} answer
 * @param {boolean} first
 */
function bar({ className, probability }, first) {
  const item = document.createElement('li')
  item.classList.toggle('first', first)
  item.dataset.class = className
  item.dataset.probability = String(probability)
  const row = document.createElement('div')
  row.className = 'row'
  const name = document.createElement('span')
  name.textContent = className
  const value = document.createElement('span')
  value.textContent = percent(probability)
  row.append(name, value)
  const track = document.createElement('div')
  track.className = 'bar'
  track.setAttribute('aria-hidden', 'true')
  const fill = document.createElement('i')
  fill.style.width = `${(probability * 100).toFixed(2)}%`
  track.append(fill)
  item.append(row, track)
  return item
}

/**
 * @param {GraftModel} model
 * @param {Blob} picture
 */
async function showPhoto(model, picture) {
  stopCamera()
  hideProblem()
  try {
    const answers = await model.predict(picture)
    if (photo.src !== '') URL.revokeObjectURL(photo.src)
    photo.src = URL.createObjectURL(picture)
    photo.alt = picture instanceof File ? `The photo ${picture.name}` : 'The photo'
    photo.hidden = false
    fillStage()
    showAnswers(model, answers)
  } catch (error) {
    const name = picture instanceof File && picture.name !== '' ? picture.name : 'This file'
    showProblem(`${name} could not be read as a picture`, `Try a JPEG, PNG or WebP file. (${reason(error)})`)
  }
}

function fillStage() {
  element('hint', HTMLParagraphElement).hidden = true
  stage.classList.add('filled')
}

/** @param {unknown} error */
function reason(error) {
  return error instanceof Error ? error.message : String(error)
}

/** @param {GraftModel} model */
async function startCamera(model) {
  hideProblem()
  if (navigator.mediaDevices === undefined) {
    showProblem('The camera cannot be used here', 'Browsers allow it on https addresses and on localhost only.')
    return
  }
  try {
    camera.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
    await camera.play()
  } catch (error) {
    showProblem('The camera could not be started', `Allow the camera for this page, or plug one in. (${reason(error)})`)
    return
  }
  photo.hidden = true
  camera.hidden = false
  useCamera.textContent = 'Stop the camera'
  fillStage()
  while (camera.srcObject !== null) {
    const answers = await model.predict(camera)
    if (camera.srcObject !== null) showAnswers(model, answers)
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

function stopCamera() {
  if (camera.srcObject instanceof MediaStream) for (const track of camera.srcObject.getTracks()) track.stop()
  camera.srcObject = null
  camera.hidden = true
  useCamera.textContent = 'Use the camera'
}

/** @param {GraftModel} model */
function listen(model) {
  choose.addEventListener('click', () => file.click())
  file.addEventListener('change', () => {
    const chosen = file.files?.[0]
    if (chosen !== undefined) void showPhoto(model, chosen)
    // The same file can then be chosen again.
    file.value = ''
  })
  useCamera.addEventListener('click', () => {
    if (camera.srcObject === null) void startCamera(model)
    else stopCamera()
  })
  addEventListener('paste', (event) => {
    const pasted = event.clipboardData?.files[0]
    if (pasted !== undefined) void showPhoto(model, pasted)
  })
  addEventListener('dragover', (event) => {
    event.preventDefault()
    stage.classList.add('over')
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) stage.classList.remove('over')
  })
  addEventListener('drop', (event) => {
    event.preventDefault()
    stage.classList.remove('over')
    const dropped = event.dataTransfer?.files[0]
    if (dropped !== undefined) void showPhoto(model, dropped)
  })
}

/** @param {string[]} classes */
function listed(classes) {
  if (classes.length > barsShown) return `${classes.length} classes: ${classes.slice(0, barsShown).join(', ')} and more`
  return classes.join(', ')
}

try {
  const model = await loadGraftModel()
  document.title = model.title
  element('title', HTMLHeadingElement).textContent = model.title
  element('classes', HTMLParagraphElement).textContent = `It knows ${listed(model.classes)}`
  listen(model)
  choose.disabled = false
  useCamera.disabled = false
  document.documentElement.dataset.ready = model.engine
} catch (error) {
  element('classes', HTMLParagraphElement).textContent = ''
  showProblem('The model could not be loaded', `${reason(error)}. Is the whole folder on the server, with the files as they were?`)
}
