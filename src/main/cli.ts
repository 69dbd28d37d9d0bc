import { argv, exit, stdout } from 'node:process'
import { runProgram } from './shells/cli/program.ts'
import { surviveClosedPipes } from './shells/closed-pipes.ts'

surviveClosedPipes()
const code = await runProgram(argv.slice(2))
// What was written to a pipe leaves before the process does.
await new Promise<void>((resolve) => (stdout.writable ? stdout.write('', () => resolve()) : resolve()))
exit(code)
