import { Command, CommanderError } from 'commander'
import { stdout } from 'node:process'
import { studioVersion } from '../../core/studio-version.ts'
import { addDataVerbs } from './data-verbs.ts'
import { examples, gettingStarted } from './help-text.ts'
import { addRunVerbs } from './run-verbs.ts'
import { addStudioVerbs } from './studio-verbs.ts'

/** How a verb hands its exit code to the program; verbs are loaded only when they run, so that `--help` is instant. */
export type Finish = (verb: Promise<number>) => Promise<void>

/** Reads the command line, runs the verb and answers the exit code: 0 done, 1 failed, 2 not understood. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let code = 0
  const finish: Finish = async (verb) => {
    code = await verb
  }
  const program = new Command('graft')
    .description('Teach a computer to tell pictures apart: take a trained network, graft a new head on it, train that on your photos.')
    .version(studioVersion)
    .showSuggestionAfterError()
    .showHelpAfterError('(graft --help shows all commands, graft COMMAND --help one of them)')
    .exitOverride()
    .addHelpText('after', gettingStarted)
  addDataVerbs(program, finish)
  addRunVerbs(program, finish)
  addStudioVerbs(program, finish)
  for (const command of program.commands) command.addHelpText('after', examples(command.name()))
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return 0
    if (args.includes('--json')) stdout.write(`${JSON.stringify(usageFailure(error))}\n`)
    return 2
  }
  return code
}

function usageFailure(error: CommanderError): Record<string, unknown> {
  const reason = error.message.replace(/^error: /, '')
  return { event: 'failed', code: 'INVALID_INPUT', message: reason, details: { reason } }
}
