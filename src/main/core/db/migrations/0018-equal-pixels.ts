/** What tells pictures that are equal in every pixel of their working copies (`imaging/pixel-hash.ts`). Null: imported before that was known, or deleted for good. */
export const equalPixels = `
ALTER TABLE image ADD COLUMN pixel_hash TEXT CHECK (pixel_hash IS NULL OR length(pixel_hash) = 16);
CREATE INDEX image_by_pixels ON image(pixel_hash) WHERE pixel_hash IS NOT NULL;`
