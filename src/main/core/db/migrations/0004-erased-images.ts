/**
 * Images that were deleted for good. Their rows stay in the trash, because splits and the answers of runs refer to them; what they hold
 * is emptied. has_files: their copies may still lie on the disk; its index is also the narrowest list of all.
 */
export const erasedImages = `
CREATE TABLE erased_image (
  image_id     INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  erased_at_ms INTEGER NOT NULL,
  has_files    INTEGER NOT NULL CHECK (has_files IN (0, 1))
) STRICT;
CREATE INDEX erased_by_files ON erased_image(has_files);
`
