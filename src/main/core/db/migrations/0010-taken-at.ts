/**
 * When an image was taken, as its camera says; null where it does not. Without an offset taken_at_ms is the camera's clock read as UTC.
 * Images of earlier versions get both when they are measured.
 */
export const takenAt = `
ALTER TABLE image ADD COLUMN taken_at_ms INTEGER;
ALTER TABLE image ADD COLUMN taken_offset_minutes INTEGER;
CREATE INDEX image_by_taken ON image(taken_at_ms) WHERE taken_at_ms IS NOT NULL;
`
