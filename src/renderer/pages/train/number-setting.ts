import type { AskedRecipe } from '../../../main/contract/runs.ts'

/** Settings of a recipe that are numbers which are always there. */
type NumberKey = {
  [K in keyof AskedRecipe]-?: number extends AskedRecipe[K] ? (undefined extends AskedRecipe[K] ? never : K) : never
}[keyof AskedRecipe]

/** How one of them is asked for. */
export interface NumberSetting {
  readonly key: NumberKey
  readonly name: string
  readonly hint: string
  readonly min: number
  readonly max: number
  readonly step: number | 'any'
}
