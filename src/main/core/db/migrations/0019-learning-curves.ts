/** What more photos would bring, as it was measured last: one row for all classes together (class_id NULL), one for each class that was followed. */
export const learningCurves = `
CREATE TABLE learning_curve (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  measured_at_ms INTEGER NOT NULL,
  backbone_id    TEXT    NOT NULL,
  -- JSON array of ids of classes with too few images.
  left_out       TEXT    NOT NULL CHECK (json_valid(left_out) AND json_type(left_out) = 'array')
) STRICT;
CREATE TABLE gain_forecast (
  class_id  INTEGER UNIQUE REFERENCES class(id) ON DELETE CASCADE,
  photos    INTEGER NOT NULL,
  more      INTEGER NOT NULL,
  right_now REAL    NOT NULL CHECK (right_now BETWEEN 0 AND 1),
  gain      REAL    NOT NULL,
  low       REAL    NOT NULL,
  high      REAL    NOT NULL,
  -- JSON array of { photos, right }.
  measured  TEXT    NOT NULL CHECK (json_valid(measured) AND json_type(measured) = 'array'),
  CHECK (low <= gain AND gain <= high)
) STRICT;`
