/**
 * A run that waits, and not for its turn but until somebody lets it go on, since `paused_at_ms`: it stays `queued`, so that all that holds for one that
 * waits holds for it. `wanted_engine`: what it was asked to be trained with; null: as the settings say.
 */
export const pausedRuns = `
ALTER TABLE run ADD COLUMN paused_at_ms INTEGER CHECK (paused_at_ms IS NULL OR state = 'queued');
ALTER TABLE run ADD COLUMN wanted_engine TEXT;`
