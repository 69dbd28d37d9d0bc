/** A table that steps of the history change, as the triggers record it. */
export interface HistoryTable {
  /** Its INTEGER PRIMARY KEY. */
  readonly id: string
  /** What undo and redo write. A change that was recorded before a column was made leaves that one as it is. */
  readonly columns: readonly string[]
  /** Rows come and go with steps (`recordRows`), or stay for good and only change (`recordColumns`). */
  readonly rows: 'come-and-go' | 'stay'
  /** Columns, or the id, that name an image: erasing it for good takes the rows away, and out of the history. */
  readonly images: readonly string[]
}

/** Every table that undo reaches. `db/migrations/record-changes.ts` says how one is added. */
export const historyTables = {
  label: { id: 'image_id', columns: ['class_id', 'source', 'set_at_ms'], rows: 'come-and-go', images: ['image_id'] },
  // A deleted class stays as a row: its triggers, in the first schema, record even the making of one as a change.
  class: { id: 'id', columns: ['name', 'colour', 'position', 'deleted_at_ms', 'key'], rows: 'stay', images: [] },
  image: { id: 'id', columns: ['trashed_at_ms', 'note'], rows: 'stay', images: ['id'] },
  fine_image: { id: 'image_id', columns: ['marked_at_ms'], rows: 'come-and-go', images: ['image_id'] },
  kept_look_alike: { id: 'image_id', columns: ['sure_with', 'perhaps_with'], rows: 'come-and-go', images: ['image_id'] },
  kept_label: { id: 'image_id', columns: ['class_id', 'kept_at_ms'], rows: 'come-and-go', images: ['image_id'] },
  saved_view: { id: 'id', columns: ['name', 'filter', 'image_order', 'position'], rows: 'come-and-go', images: [] },
} as const satisfies Readonly<Record<string, HistoryTable>>

export type HistoryTableName = keyof typeof historyTables

/** Tables each row of which is about the image with its id, quoted for SQL: `'label', 'image', ...`. */
export const keyedByImage: string = Object.entries<HistoryTable>(historyTables)
  .filter(([, { id, images }]) => images.includes(id))
  .map(([table]) => `'${table}'`)
  .join(', ')
