import { expect, test } from 'vitest'
import { lostWords } from './frame.ts'

const said = (server: Parameters<typeof lostWords>[0]): string => `${lostWords(server).title} ${lostWords(server).hint}`

test('only a studio that is there is said to go on with its work', () => {
  expect(said('open')).toMatch(/goes on/)
  for (const server of ['silent', 'refused', null] as const) expect(said(server)).not.toMatch(/goes on/)
})

test('a studio that is gone: its work has stopped, what is on the disk is safe, and how to begin again', () => {
  expect(said('silent')).toMatch(/If it has ended, its work has stopped.*on its disk is safe.*Start it.*open the address/)
  expect(said('refused')).toMatch(/Open the address.*has stopped.*on its disk is safe/)
})
