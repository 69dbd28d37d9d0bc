import { recordRows } from './record-changes.ts'

/** A label may come from a file of labels: a table, COCO, Label Studio, a project of Teachable Machine. */
export const labelsOfFiles = `
CREATE TABLE label_passing AS SELECT * FROM label;
DROP TABLE label;
CREATE TABLE label (
  image_id  INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  class_id  INTEGER NOT NULL    REFERENCES class(id) ON DELETE RESTRICT,
  source    TEXT    NOT NULL CHECK (source IN ('person', 'folder', 'file', 'suggestion')),
  set_at_ms INTEGER NOT NULL
) STRICT;
INSERT INTO label (image_id, class_id, source, set_at_ms) SELECT image_id, class_id, source, set_at_ms FROM label_passing ORDER BY image_id;
DROP TABLE label_passing;
CREATE INDEX label_by_class ON label(class_id);
CREATE INDEX label_by_time ON label(set_at_ms);
${recordRows({ table: 'label', id: 'image_id', columns: ['class_id', 'source', 'set_at_ms'] })}`
