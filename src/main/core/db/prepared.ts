import type { Database, Statement } from 'better-sqlite3'

const statementsOf = new WeakMap<Database, Map<string, Statement>>()

/** `db.prepare(sql)`, compiled once for each database. `sql` is a constant of a `*-rows.ts` file, never built from values. */
export function prepared<Parameters extends unknown[] = [], Row = unknown>(db: Database, sql: string): Statement<Parameters, Row> {
  let statements = statementsOf.get(db)
  if (statements === undefined) statementsOf.set(db, (statements = new Map<string, Statement>()))
  let statement = statements.get(sql)
  if (statement === undefined) statements.set(sql, (statement = db.prepare(sql)))
  // The text decides the types of its parameters and rows; this is the seam where the caller states them.
  return statement as Statement<Parameters, Row>
}
