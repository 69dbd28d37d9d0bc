/** Images that were chosen by hand on the map, so that an address can name them: a JSON list of ids. Not a decision about them, and so in no step of the history. */
export const chosenImages = `
CREATE TABLE chosen_images (
  name         TEXT    PRIMARY KEY CHECK (length(name) = 16),
  image_ids    TEXT    NOT NULL CHECK (json_valid(image_ids)),
  chosen_at_ms INTEGER NOT NULL
) STRICT;
`
