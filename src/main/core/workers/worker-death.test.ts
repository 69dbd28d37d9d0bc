import { describe, expect, test } from 'vitest'
import { whyItDied, type WorkerEnd } from './worker-death.ts'

const plain: WorkerEnd = { code: null, signal: null, hung: null, residentBytes: 100, machineBytes: 1000, kernelKills: 0, lastWords: '' }

describe('the reason of a death', () => {
  test.each<[Partial<WorkerEnd>, string, RegExp]>([
    [{ signal: 'SIGKILL' }, 'killed', /SIGKILL/],
    [{ code: 137 }, 'killed', /SIGKILL/],
    [{ signal: 'SIGTERM' }, 'killed', /SIGTERM/],
    [{ signal: 'SIGKILL', residentBytes: 900 }, 'out-of-memory', /90 % of the memory/],
    [{ signal: 'SIGKILL', residentBytes: null }, 'killed', /SIGKILL/],
    [{ signal: 'SIGSEGV' }, 'crashed', /SIGSEGV/],
    [{ code: 3 }, 'crashed', /exit code 3/],
    [{ code: 0 }, 'crashed', /exit code 0/],
    [{ code: 1, lastWords: 'x.ts:3\nTypeError: no such thing\n    at x.ts:3\n\nNode.js v24\n' }, 'crashed', /TypeError: no such thing/],
    [{ signal: 'SIGSEGV', lastWords: 'Warning: no libvulkan\n    at open (vulkan.cpp:3)\n' }, 'crashed', /^signal SIGSEGV$/],
    [{ signal: 'SIGABRT', lastWords: 'FATAL ERROR: Reached heap limit JavaScript heap out of memory\n' }, 'out-of-memory', /heap/],
    [{ code: 134, lastWords: 'terminate called\n  what():  std::bad_alloc\n' }, 'out-of-memory', /bad_alloc/],
    [{ code: 134 }, 'crashed', /SIGABRT/],
    [{ signal: 'SIGKILL', kernelKills: 1 }, 'out-of-memory', /no more memory/],
    [{ signal: 'SIGSEGV', kernelKills: 1 }, 'crashed', /SIGSEGV/],
    [{ hung: 'silent', signal: 'SIGKILL', kernelKills: 1 }, 'hung', /no sign of life/],
    [{ hung: 'busy', signal: 'SIGKILL' }, 'hung', /busy for too long/],
  ])('%j is %s', (known, reason, detail) => {
    const death = whyItDied({ ...plain, ...known })
    expect(death.reason).toBe(reason)
    expect(death.detail).toMatch(detail)
  })
})
