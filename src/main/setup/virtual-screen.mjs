import { spawn } from 'node:child_process'

const limitMs = 15000

/**
 * Starts a virtual screen. It takes a free number itself and tells it through a pipe.
 * @param {string} xvfb path of the binary
 * @returns {Promise<{ display: string, close: () => void }>} `display` as the variable DISPLAY wants it
 */
export function openVirtualScreen(xvfb) {
  const screen = spawn(xvfb, ['-displayfd', '3', '-screen', '0', '1920x1080x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      screen.kill()
      reject(new Error('Xvfb did not start'))
    }, limitMs)
    screen.on('error', reject)
    screen.on('exit', () => reject(new Error('Xvfb ended at once')))
    let told = ''
    screen.stdio[3]?.on('data', (/** @type {Buffer} */ bytes) => {
      told += bytes.toString()
      if (!told.endsWith('\n')) return
      clearTimeout(timer)
      resolve({ display: `:${told.trim()}`, close: () => void screen.kill() })
    })
  })
}
