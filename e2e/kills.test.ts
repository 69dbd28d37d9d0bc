import { join } from 'node:path'
import { expect } from '@playwright/test'
import { killStudios } from './kills/kill-studios.ts'
import { test } from './temporary-folder.ts'

// Two projects at once, as many as the smallest machine has cores; `npm run bench -- kills` does a thousand.
const projects = 2
const killsEach = 100

test('two hundred studios that are killed at random moments of labelling, undoing and importing lose nothing that they acknowledged', async ({
  folder,
}) => {
  test.setTimeout(900_000)
  const killed = await Promise.all(
    Array.from({ length: projects }, (_, seed) => killStudios(join(folder, String(seed)), { kills: killsEach, seed: seed + 1 })),
  )
  for (const { kills, changes, imported, moves, written, unwritten } of killed) {
    expect(kills).toBe(killsEach)
    // Kills that hit nothing would prove nothing.
    expect(changes).toBeGreaterThan(killsEach)
    expect(imported).toBeGreaterThan(killsEach / 4)
    expect(moves).toBeGreaterThan(killsEach / 10)
    expect(written + unwritten).toBeGreaterThan(killsEach / 4)
  }
})
