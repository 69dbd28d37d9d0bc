// @ts-check
/**
 * Loads the picture classifier that lies in this folder and asks it about pictures. Everything it needs is in the folder: nothing is
 * fetched from anywhere else and no picture leaves the page.
 *
 *   import { loadGraftModel } from './graft-model.js'
 *   const model = await loadGraftModel()
 *   const answers = await model.predict(document.querySelector('img'))
 *   // [{ className: 'cat', probability: 0.98 }, { className: 'dog', probability: 0.02 }], in the order of labels.json
 *   const { className } = model.answer(answers)
 *   // 'cat', or null: none of these
 */
import { decide } from './answer.js'
import { networkInput } from './network-input.js'

/**
 * @typedef {object} Preprocessing preprocessing.json, as far as it is needed here.
 * @property {{ shortSidePx: number }} workingCopy
 * @property {{ sizePx: number }} resize
 */

/** @typedef {{ className: string, probability: number }} Answer */
/** @typedef {Blob | ImageBitmap | HTMLImageElement | HTMLVideoElement | HTMLCanvasElement | OffscreenCanvas} Picture */

/**
 * @param {string | URL} [folder] Address of the folder; without it, the one that this file lies in.
 * @returns {Promise<GraftModel>} Throws an `Error` that says which file could not be read.
 */
export async function loadGraftModel(folder = new URL('.', import.meta.url)) {
  const base = new URL(String(folder).replace(/\/?$/, '/'), globalThis.document?.baseURI ?? import.meta.url)
  const [labels, preprocessing] = await Promise.all([readJson(new URL('labels.json', base)), readJson(new URL('preprocessing.json', base))])
  const tf = await loadTensorFlow(base)
  const network = await tf.loadLayersModel(new URL('model/model.json', base).href)
  return new GraftModel(tf, network, labels, preprocessing)
}

/**
 * @param {URL} address
 * @returns {Promise<any>}
 */
async function readJson(address) {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address.pathname} could not be read: the server answered ${response.status}`)
  return response.json()
}

/**
 * TensorFlow.js from this folder, unless the page has loaded it already. The WASM engine comes first: it is the one that the export
 * was proved with, and it answers the same on every machine. WebGL is there where WebAssembly is not.
 * @param {URL} base
 * @returns {Promise<typeof import('@tensorflow/tfjs')>}
 */
async function loadTensorFlow(base) {
  const page = /** @type {any} */ (globalThis)
  if (page.tf === undefined) await loadScript(new URL('tfjs/tf.es2017.min.js', base))
  if (page.tf.wasm === undefined) await loadScript(new URL('tfjs/tf-backend-wasm.es2017.min.js', base))
  page.tf.wasm.setWasmPaths(new URL('tfjs/', base).href)
  for (const engine of ['wasm', 'webgl', 'cpu']) {
    if (await page.tf.setBackend(engine)) break
  }
  await page.tf.ready()
  return page.tf
}

/** @param {URL} address */
function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = address.href
    script.onload = () => resolve(undefined)
    script.onerror = () => reject(new Error(`${address.pathname} could not be read`))
    document.head.append(script)
  })
}

export class GraftModel {
  /**
   * @param {typeof import('@tensorflow/tfjs')} tf
   * @param {import('@tensorflow/tfjs').LayersModel} network
   * @param {{ title: string, classes: string[], answerFrom?: number }} labels
   * @param {Preprocessing} preprocessing
   */
  constructor(tf, network, labels, preprocessing) {
    this.tf = tf
    this.network = network
    this.title = labels.title
    /** Names of the classes, in the order of every answer. */
    this.classes = labels.classes
    /** It answers only where it is at least so sure, 0..1; 0: always. */
    this.answerFrom = labels.answerFrom ?? 0
    this.preprocessing = preprocessing
  }

  /** The engine that does the arithmetic: `wasm`, `webgl` or `cpu`. */
  get engine() {
    return this.tf.getBackend()
  }

  /**
   * One answer per class, in the order of `classes`; the probabilities add up to 1.
   * @param {Picture} picture A file, a loaded image, a canvas, or a playing video (its current frame).
   * @returns {Promise<Answer[]>}
   */
  async predict(picture) {
    const { tf, network } = this
    const input = await this.networkInput(picture)
    const { sizePx } = this.preprocessing.resize
    const output = tf.tidy(() => {
      const pixels = tf.tensor4d(Float32Array.from(input), [1, sizePx, sizePx, 3])
      return /** @type {import('@tensorflow/tfjs').Tensor} */ (network.predict(pixels))
    })
    try {
      const probabilities = await output.data()
      return this.classes.map((className, index) => ({ className, probability: probabilities[index] ?? 0 }))
    } finally {
      output.dispose()
    }
  }

  /**
   * What answers of `predict` come to. `className` is null where it is not sure enough: none of these; `likeliest` is the best guess either way.
   * @param {Answer[]} answers
   * @returns {{ className: string | null, likeliest: Answer }}
   */
  answer(answers) {
    const { likeliest, isRefused } = decide(
      answers.map(({ probability }) => probability),
      this.answerFrom,
    )
    const best = /** @type {Answer} */ (answers[likeliest])
    return { className: isRefused ? null : best.className, likeliest: best }
  }

  /**
   * What the network will see: RGB bytes, row-major [size, size, 3].
   * @param {Picture} picture
   * @returns {Promise<Uint8Array>}
   */
  async networkInput(picture) {
    const { pixels, widthPx, heightPx } = await workingCopy(picture, this.preprocessing.workingCopy.shortSidePx)
    return networkInput(pixels, widthPx, heightPx, this.preprocessing.resize.sizePx)
  }

  dispose() {
    this.network.dispose()
  }
}

/**
 * The picture upright, on white where it is transparent, and no larger than the studio keeps it.
 * @param {Picture} picture
 * @param {number} shortSidePx
 * @returns {Promise<{ pixels: Uint8Array, widthPx: number, heightPx: number }>} RGB bytes, row-major [height, width, 3].
 */
async function workingCopy(picture, shortSidePx) {
  const bitmap = await createImageBitmap(picture, { imageOrientation: 'from-image' })
  try {
    const scale = Math.min(1, shortSidePx / Math.min(bitmap.width, bitmap.height))
    const widthPx = Math.max(1, Math.round(bitmap.width * scale))
    const heightPx = Math.max(1, Math.round(bitmap.height * scale))
    const canvas = document.createElement('canvas')
    canvas.width = widthPx
    canvas.height = heightPx
    const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true, colorSpace: 'srgb' })
    if (context === null) throw new Error('this browser gives no 2D canvas')
    context.fillStyle = '#ffffff'
    context.fillRect(0, 0, widthPx, heightPx)
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, widthPx, heightPx)
    const { data } = context.getImageData(0, 0, widthPx, heightPx)
    const pixels = new Uint8Array(widthPx * heightPx * 3)
    for (let from = 0, to = 0; from < data.length; from += 4) {
      pixels[to++] = data[from] ?? 0
      pixels[to++] = data[from + 1] ?? 0
      pixels[to++] = data[from + 2] ?? 0
    }
    return { pixels, widthPx, heightPx }
  } finally {
    bitmap.close()
  }
}
