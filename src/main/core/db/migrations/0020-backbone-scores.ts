/** How well the starting networks of a machine suit the photos, as they were compared last: all of them on the same images. */
export const backboneScores = `
CREATE TABLE backbone_score (
  backbone_id      TEXT    PRIMARY KEY,
  scored_at_ms     INTEGER NOT NULL,
  -- Of each image, in an order that all rows share: 1 where the linear probe was right, else 0.
  probe            TEXT    NOT NULL CHECK (length(probe) > 0 AND probe NOT GLOB '*[^01]*'),
  neighbours_right INTEGER NOT NULL CHECK (neighbours_right BETWEEN 0 AND length(probe)),
  log_evidence     REAL    NOT NULL
) STRICT;`
