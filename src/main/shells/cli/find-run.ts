import type { StudioClient } from '../../contract/contract.ts'
import { StudioError } from '../../contract/errors.ts'

/** A run as people name it: its id, its number (`#3` or `3`) or `latest`. Answers what the contract takes. Throws `RUN_NOT_FOUND`. */
export async function findRun(client: StudioClient, reference: string): Promise<string> {
  if (reference === 'latest') return reference
  const runs = await client.runs.list()
  const digits = /^#?(\d+)$/.exec(reference)?.[1]
  const found = runs.find(({ id }) => id === reference) ?? runs.find(({ number }) => digits !== undefined && number === Number(digits))
  if (found === undefined) throw new StudioError('RUN_NOT_FOUND', { run: reference })
  return found.id
}
