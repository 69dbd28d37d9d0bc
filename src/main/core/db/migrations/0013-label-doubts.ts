import { recordRows } from './record-changes.ts'

/**
 * What the last check of the labels found, and labels that a person has looked at and kept. A doubt holds the class that the image had then: one whose
 * label is another by now is passed over. left_out: JSON array of ids of classes with too few images to be checked.
 */
export const labelDoubts = `
CREATE TABLE label_check (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  checked_at_ms   INTEGER NOT NULL,
  backbone_id     TEXT    NOT NULL,
  images          INTEGER NOT NULL,
  estimated_wrong INTEGER NOT NULL,
  left_out        TEXT    NOT NULL CHECK (json_valid(left_out) AND json_type(left_out) = 'array')
) STRICT;
CREATE TABLE label_doubt (
  image_id  INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  class_id  INTEGER NOT NULL    REFERENCES class(id) ON DELETE CASCADE,
  likely_id INTEGER NOT NULL    REFERENCES class(id) ON DELETE CASCADE,
  -- 0 for the most certain one.
  place     INTEGER NOT NULL UNIQUE,
  certainty REAL    NOT NULL CHECK (certainty BETWEEN 0 AND 1),
  CHECK (class_id <> likely_id)
) STRICT;
CREATE TABLE kept_label (
  image_id   INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  class_id   INTEGER NOT NULL    REFERENCES class(id) ON DELETE CASCADE,
  kept_at_ms INTEGER NOT NULL
) STRICT;
${recordRows({ table: 'kept_label', id: 'image_id', columns: ['class_id', 'kept_at_ms'] })}`
