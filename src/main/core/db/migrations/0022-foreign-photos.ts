/** How a run refuses photos that are unlike all it has learned from (`ForeignCheck` of the contract); null: it does not look at that. */
export const foreignPhotos = `
ALTER TABLE run ADD COLUMN foreign_check TEXT CHECK (foreign_check IS NULL OR json_valid(foreign_check));`
