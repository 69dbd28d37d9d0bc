/**
 * What an import looks up instead of reading every image. The look of an image is found by the four words of its perceptual hash, of 16 bits
 * each. is_compared: the images of this import were compared with all others; one that was cut off is left to the next import.
 */
export const findLookAlikes = `
CREATE INDEX image_by_import ON image(import_id);
CREATE INDEX image_by_look_1 ON image(substr(perceptual_hash, 1, 4));
CREATE INDEX image_by_look_2 ON image(substr(perceptual_hash, 5, 4));
CREATE INDEX image_by_look_3 ON image(substr(perceptual_hash, 9, 4));
CREATE INDEX image_by_look_4 ON image(substr(perceptual_hash, 13, 4));
ALTER TABLE import ADD COLUMN is_compared INTEGER NOT NULL DEFAULT 0 CHECK (is_compared IN (0, 1));
UPDATE import SET is_compared = 1 WHERE state IN ('finished', 'cancelled');
CREATE INDEX import_to_compare ON import(id) WHERE is_compared = 0;
`
