import type { Database } from 'better-sqlite3'
import { Recipe, usesInt8 } from '../../contract/runs.ts'
import { prepared } from '../db/prepared.ts'

/** What the newest run of this project looks at photos with; null before the first one. */
export function lastStart(db: Database): { readonly backbone: string; readonly int8: boolean } | null {
  const sql = 'SELECT recipe FROM run ORDER BY number DESC LIMIT 1'
  const row = prepared<[], { recipe: string }>(db, sql).get()
  if (row === undefined) return null
  const recipe = Recipe.parse(JSON.parse(row.recipe))
  return { backbone: recipe.backbone, int8: usesInt8(recipe) }
}
