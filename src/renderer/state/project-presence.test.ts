import { expect, test } from 'vitest'
import type { StudioClient } from '../../main/contract/contract.ts'
import { StudioError } from '../../main/contract/errors.ts'
import { ProjectPresence } from './project-presence.svelte.ts'

/** A studio whose disk has the folders of `there`; `answer` may be held back. */
function presenceOf(
  open: { path: string | null },
  there: Set<string>,
  before: () => Promise<void> = async () => undefined,
): ProjectPresence {
  const client = {
    project: {
      isPresent: async () => {
        const asked = open.path
        await before()
        return asked !== null && there.has(asked)
      },
    },
  }
  return new ProjectPresence(client as unknown as StudioClient, () => open.path)
}

test('a project whose folder is gone is told, and forgotten when it is back', async () => {
  const there = new Set(['/birds.graft'])
  const presence = presenceOf({ path: '/birds.graft' }, there)
  const seen: boolean[] = []
  const look = async (): Promise<void> => {
    await presence.look()
    seen.push(presence.isGone)
  }
  await look()
  there.clear()
  await look()
  there.add('/birds.graft')
  await look()
  expect(seen).toEqual([false, true, false])
})

test('a project that is renamed or left while one looks is not taken for gone', async () => {
  const open: { path: string | null } = { path: '/old.graft' }
  const presence = presenceOf(open, new Set(['/new.graft']), async () => void (open.path = '/new.graft'))
  await presence.look()
  expect(presence.isGone).toBe(false)
  open.path = null
  await presence.look()
  expect(presence.isGone).toBe(false)
})

test('a studio that does not answer says nothing about the folder', async () => {
  const presence = presenceOf({ path: '/birds.graft' }, new Set(), () => Promise.reject(new StudioError('CONNECTION_LOST', {})))
  await presence.look()
  expect(presence.isGone).toBe(false)
})
