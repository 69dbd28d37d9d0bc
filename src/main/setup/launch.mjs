import { argv, stderr, stdout } from 'node:process'
import { bringBackbones, hasUntriedBackbones } from './backbones.mjs'
import { install, isInstalled } from './install.mjs'
import { findNode24, nodeArguments, nodeEnvironment } from './node24.mjs'
import { inRoot } from './places.mjs'
import { becomeCommand } from './run-command.mjs'

// Runs on Node 20 before anything is installed: nothing here or below imports a package. What `graft` does not need is loaded only when asked
// for, because every command passes here.

const verbs = ['start', 'graft', 'check', 'test', 'build', 'bench', 'screenshots']
const [verb = '', ...args] = argv.slice(2)
/** @type {import('./places.mjs').Say} */
const say = (line) => void (verb === 'graft' ? stderr : stdout).write(`${line}\n`)

/** @returns {Promise<number>} exit code */
async function graft() {
  if (!isInstalled()) await install(say)
  const node24 = findNode24()
  const bringsItsOwn = args[0] === undefined || args[0] === 'backbones' || args.includes('--help') || args.includes('-h')
  if (!bringsItsOwn && hasUntriedBackbones()) await bringBackbones(node24, say)
  return becomeCommand(node24, [...nodeArguments, inRoot('src/main/cli.ts'), ...args], nodeEnvironment)
}

/** @returns {Promise<number>} exit code */
async function prepared() {
  await install(say)
  const node24 = findNode24()
  switch (verb) {
    case 'start':
      await bringBackbones(node24, say)
      return (await import('./start.mjs')).start(node24, say, args)
    case 'check':
      return (await import('./check.mjs')).check(node24, say)
    case 'test':
      await bringBackbones(node24, say)
      return (await import('./test.mjs')).test(node24, say)
    case 'build':
      await (await import('./app-build.mjs')).buildApp(node24, say, { always: true })
      return 0
    case 'screenshots':
      await bringBackbones(node24, say)
      await (await import('./app-build.mjs')).buildApp(node24, say, { always: false })
      return becomeCommand(node24, [...nodeArguments, inRoot('e2e/screenshots/main.ts'), ...args], nodeEnvironment)
    case 'bench':
      await bringBackbones(node24, say)
      await (await import('./app-build.mjs')).buildApp(node24, say, { always: false })
      return becomeCommand(node24, [...nodeArguments, inRoot('e2e/bench/main.ts'), ...args], nodeEnvironment)
    default:
      throw new Error(`launch.mjs has no ${verb}`)
  }
}

try {
  if (verbs.includes(verb)) process.exitCode = await (verb === 'graft' ? graft() : prepared())
  else {
    say(`launch.mjs ${verbs.join(' | ')}, not "${verb}"`)
    process.exitCode = 2
  }
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
