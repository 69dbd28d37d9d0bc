import { recordColumns, recordRows } from './record-changes.ts'

/**
 * What a person writes about an image, and filters that they keep under a name. filter and image_order: JSON of the contract's `ImageFilter`
 * and `ImageOrder`; what they name may be gone by now.
 */
export const notesAndViews = `
ALTER TABLE image ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX image_with_note ON image(id) WHERE note <> '';
${recordColumns({ table: 'image', id: 'id', columns: ['note'] })}
CREATE TABLE saved_view (
  id          INTEGER PRIMARY KEY,
  name        TEXT    NOT NULL COLLATE NOCASE CHECK (name <> ''),
  filter      TEXT    NOT NULL CHECK (json_valid(filter)),
  image_order TEXT    NOT NULL CHECK (json_valid(image_order)),
  position    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX saved_view_name ON saved_view(name);
${recordRows({ table: 'saved_view', id: 'id', columns: ['name', 'filter', 'image_order', 'position'] })}`
