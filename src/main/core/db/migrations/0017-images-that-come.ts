/**
 * An image that comes in within a step is recorded as though it had lain in the trash since it was imported: undone, it goes there, and its row
 * and its copies stay. Unlike other changes it is not refused outside of one, because projects are also made whole, with nothing to undo.
 */
export const imagesThatCome = `
CREATE TRIGGER image_insert_is_recorded AFTER INSERT ON image WHEN NEW.trashed_at_ms IS NULL BEGIN
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'image', NEW.id,
    json_object('trashed_at_ms', NEW.imported_at_ms),
    json_object('trashed_at_ms', NULL)
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;`
