import { recordRows } from './record-changes.ts'

/**
 * What was measured of an image: blur 0..1, highlight 0..255, middle_white 0..1 (`imaging/measure-picture.ts`). No row: not measured yet.
 * fine_image: a person says that it is fine in spite of what was found.
 */
export const imageMeasures = `
CREATE TABLE image_measure (
  image_id     INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  blur         REAL    NOT NULL CHECK (blur BETWEEN 0 AND 1),
  highlight    INTEGER NOT NULL CHECK (highlight BETWEEN 0 AND 255),
  middle_white REAL    NOT NULL CHECK (middle_white BETWEEN 0 AND 1)
) STRICT;
CREATE INDEX measure_by_blur ON image_measure(blur);
CREATE INDEX measure_by_highlight ON image_measure(highlight);
CREATE INDEX measure_by_white ON image_measure(middle_white);
CREATE TABLE fine_image (
  image_id     INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  marked_at_ms INTEGER NOT NULL
) STRICT;
${recordRows({ table: 'fine_image', id: 'image_id', columns: ['marked_at_ms'] })}`
