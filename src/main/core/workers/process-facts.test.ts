import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { totalmem } from 'node:os'
import { platform } from 'node:process'
import { expect, test } from 'vitest'
import { kernelKills, machineBytes, parseProcessorTime, processorMs } from './process-facts.ts'

test.skipIf(platform === 'win32')('the processor time of a process is what it says itself', async () => {
  const child = spawn(process.execPath, [
    '-e',
    'const end = performance.now() + 500; while (performance.now() < end); console.log(JSON.stringify(process.cpuUsage())); setInterval(() => {}, 1e6)',
  ])
  const [printed] = (await once(child.stdout, 'data')) as [Buffer]
  const { user, system } = JSON.parse(printed.toString()) as NodeJS.CpuUsage
  const seen = processorMs(child.pid ?? 0) ?? NaN
  child.kill('SIGKILL')
  await once(child, 'exit')
  // It goes on a little after it has looked at itself; the system counts in hundredths of a second.
  expect(seen).toBeGreaterThan((user + system) / 1000 - 40)
  expect(seen).toBeLessThan((user + system) / 1000 + 1000)
  expect(processorMs(child.pid ?? 0)).toBeNull()
})

test.each([
  ['   0:01.23\n', 1230],
  ['12:03.50', 723_500],
  ['3:00:00', 10_800_000],
  ['2-01:00:01', 176_401_000],
  ['', null],
  ['TIME', null],
])('the time %j that ps prints is %j ms', (text, ms) => expect(parseProcessorTime(text)).toBe(ms))

test('a machine has the memory of its container, and of itself where there is none', () => {
  const limit = process.constrainedMemory()
  expect(machineBytes()).toBe(limit > 0 && limit < totalmem() ? limit : totalmem())
})

test.skipIf(platform !== 'linux')('the kernel tells whom it has ended for want of memory, where it counts', () => {
  const counted = spawnSync('awk', ['$1 == "oom_kill" { print $2 }', '/proc/vmstat'], { encoding: 'utf8' }).stdout.trim()
  expect(kernelKills()).toBe(counted === '' ? null : Number(counted))
})
