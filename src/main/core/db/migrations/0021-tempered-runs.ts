/**
 * What turns a run's answers into what it says: the temperature that the logits of its last layer are divided by (1: they are as trained; `tempering`: how it was found,
 * null for runs of before, whose numbers stay as they were), and from how many percent on it answers.
 */
export const temperedRuns = `
ALTER TABLE run ADD COLUMN temperature REAL NOT NULL DEFAULT 1 CHECK (temperature > 0);
ALTER TABLE run ADD COLUMN tempering TEXT CHECK (tempering IS NULL OR json_valid(tempering));
ALTER TABLE run ADD COLUMN answer_from_percent INTEGER NOT NULL DEFAULT 0 CHECK (answer_from_percent BETWEEN 0 AND 99);`
