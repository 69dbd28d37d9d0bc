import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'

const parent = fileURLToPath(new URL('./parent-for-tests.ts', import.meta.url))

test('a worker ends when the process that started it is killed with kill -9', async () => {
  const child = fork(parent, [], { execArgv: [], stdio: 'ignore' })
  const [workerPid] = (await once(child, 'message')) as [number]
  process.kill(workerPid, 0)
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(() => process.kill(workerPid, 0)).toThrow('ESRCH'), { timeout: 20_000 })
})
