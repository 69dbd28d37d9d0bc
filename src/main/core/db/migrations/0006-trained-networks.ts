/** A run that trained more than a head has a network of its own, in the project's folder: its hash, input size and number of features. */
export const trainedNetworks = `
ALTER TABLE run ADD COLUMN network TEXT CHECK (network IS NULL OR json_valid(network));
`
