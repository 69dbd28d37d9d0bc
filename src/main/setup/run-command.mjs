import { spawn } from 'node:child_process'
import { root } from './places.mjs'

/**
 * @typedef {object} CommandOutcome
 * @property {number | null} code null where a signal ended the command
 * @property {string | null} signal
 * @property {boolean} timedOut
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came
 * @property {number} seconds
 *
 * @typedef {object} CommandOptions
 * @property {string} [cwd] default: the checkout
 * @property {NodeJS.ProcessEnv} [env] added to this process's
 * @property {number} [limitSeconds] the command and its children are ended after that
 */

/** @type {readonly NodeJS.Signals[]} */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP']
const orphanCheckMs = 250

/**
 * Runs a command to its end and keeps what it printed. Rejects only where it cannot be started at all.
 * @param {string} command @param {readonly string[]} args @param {CommandOptions} [options] @returns {Promise<CommandOutcome>}
 */
export function runCommand(command, args, options = {}) {
  const startedMs = performance.now()
  const inGroup = process.platform !== 'win32'
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: inGroup,
      // npm is a .cmd file on Windows, which only a shell starts.
      shell: process.platform === 'win32' && !command.endsWith('.exe'),
    })
    let stdout = ''
    let output = ''
    let timedOut = false
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text))

    /** @param {NodeJS.Signals} signal */
    const end = (signal) => {
      if (child.pid === undefined) return
      if (inGroup) endGroup(child.pid, signal)
      else child.kill(signal)
    }
    // A child runs in a group of its own, so that its whole tree can be ended; a Ctrl+C in the terminal does not reach it by itself.
    const endBoth = (/** @type {NodeJS.Signals} */ signal) => {
      end(signal)
      process.exit(1)
    }
    for (const signal of endingSignals) process.on(signal, endBoth)
    const settle = () => {
      clearTimeout(timer)
      for (const signal of endingSignals) process.off(signal, endBoth)
    }
    const timer = setTimeout(
      () => {
        timedOut = true
        end('SIGKILL')
      },
      (options.limitSeconds ?? 3600) * 1000,
    )
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    child.on('close', (code, signal) => {
      settle()
      resolve({ code, signal, timedOut, stdout, output, seconds: (performance.now() - startedMs) / 1000 })
    })
  })
}

/** @param {number} groupId @param {NodeJS.Signals} signal */
function endGroup(groupId, signal) {
  try {
    process.kill(-groupId, signal)
  } catch (error) {
    // ESRCH: the group has ended by itself meanwhile.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error
  }
}

/**
 * Hands the terminal to a command: its output is ours, signals to this process reach it, and this process ends as it ends, or when whoever
 * started it is gone: an orphan would go on holding the lock of its project.
 * @param {string} command @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] added to this process's
 * @returns {Promise<number>} exit code; a command ended by a signal ends this process by the same one
 */
export function becomeCommand(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: 'inherit' })
    const pass = (/** @type {NodeJS.Signals} */ signal) => {
      // A terminal sends its Ctrl+C to every process in it: passed on, it would count twice.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of endingSignals) process.on(signal, pass)
    const starter = process.ppid
    const watch = setInterval(() => {
      if (process.ppid !== starter) child.kill('SIGKILL')
    }, orphanCheckMs)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      clearInterval(watch)
      for (const name of endingSignals) process.off(name, pass)
      if (signal !== null) process.kill(process.pid, signal)
      resolve(code ?? 1)
    })
  })
}
