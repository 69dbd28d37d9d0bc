import type { Recipe } from '../../contract/runs.ts'

/** What recipes have in common that differ by their seeds alone, as a text. */
export function recipeName({ seed: _, splitSeed: __, ...settings }: Recipe): string {
  return JSON.stringify(settings)
}
