import { recordRows } from './record-changes.ts'

/**
 * likeness: pairs that a comparison of features found, the lower id first. kept_look_alike: a person keeps this image with those that have the same
 * number in the same column, as a group that is the same picture, or perhaps. comparison: what was compared last.
 */
export const lookAlikes = `
CREATE TABLE likeness (
  image_id   INTEGER NOT NULL REFERENCES image(id) ON DELETE CASCADE,
  other_id   INTEGER NOT NULL REFERENCES image(id) ON DELETE CASCADE,
  similarity REAL    NOT NULL CHECK (similarity BETWEEN -1.001 AND 1.001),
  PRIMARY KEY (image_id, other_id),
  CHECK (image_id < other_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX likeness_by_other ON likeness(other_id);
CREATE TABLE comparison (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  compared_at_ms INTEGER NOT NULL,
  newest_image   INTEGER NOT NULL
) STRICT;
CREATE TABLE kept_look_alike (
  image_id     INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  sure_with    INTEGER,
  perhaps_with INTEGER,
  CHECK (sure_with IS NOT NULL OR perhaps_with IS NOT NULL)
) STRICT;
${recordRows({ table: 'kept_look_alike', id: 'image_id', columns: ['sure_with', 'perhaps_with'] })}`
