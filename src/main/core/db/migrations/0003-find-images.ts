import type { Database } from 'better-sqlite3'
import { foldImageName, imageNameOrder } from '../../images/image-name.ts'

/** What the list of images is filtered and sorted by, so that a project of 100,000 answers at once. */
export const findImages = {
  sql: `
-- The name for searching and for sorting; image-name.ts says how they are made.
ALTER TABLE image ADD COLUMN folded_name TEXT NOT NULL DEFAULT '';
ALTER TABLE image ADD COLUMN name_order  TEXT NOT NULL DEFAULT '';
UPDATE image SET folded_name = fold_image_name(name), name_order = image_name_order(name);
CREATE INDEX image_by_name ON image(name_order, folded_name);
CREATE INDEX image_by_size ON image(min(width_px, height_px), max(width_px, height_px));
CREATE INDEX label_by_time ON label(set_at_ms);
CREATE INDEX label_history ON history_change(row_id) WHERE table_name = 'label';
`,
  teach: (db: Database): void => {
    db.function('fold_image_name', (name: unknown) => foldImageName(String(name)))
    db.function('image_name_order', (name: unknown) => imageNameOrder(String(name)))
  },
}
