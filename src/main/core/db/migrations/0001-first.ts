/** The first schema. A migration is never changed once a version with it was released; what comes later is a migration of its own. */
export const first = `
CREATE TABLE import (
  id            INTEGER PRIMARY KEY,
  state         TEXT    NOT NULL CHECK (state IN ('running', 'finished', 'cancelled', 'failed', 'interrupted')),
  started_at_ms INTEGER NOT NULL,
  ended_at_ms   INTEGER,
  report        TEXT CHECK (report IS NULL OR json_valid(report)),
  CHECK ((state = 'running') = (ended_at_ms IS NULL))
) STRICT;
-- One row an image that was ever imported. trashed_at_ms: in the project's trash since then. source_path is information only.
CREATE TABLE image (
  id              INTEGER PRIMARY KEY,
  hash            TEXT    NOT NULL UNIQUE CHECK (length(hash) = 64),
  name            TEXT    NOT NULL,
  source_path     TEXT    NOT NULL,
  format          TEXT    NOT NULL,
  width_px        INTEGER NOT NULL CHECK (width_px > 0),
  height_px       INTEGER NOT NULL CHECK (height_px > 0),
  size_bytes      INTEGER NOT NULL CHECK (size_bytes > 0),
  perceptual_hash TEXT    NOT NULL CHECK (length(perceptual_hash) = 16),
  group_id        INTEGER,
  import_id       INTEGER NOT NULL REFERENCES import(id) ON DELETE RESTRICT,
  imported_at_ms  INTEGER NOT NULL,
  trashed_at_ms   INTEGER
) STRICT;
CREATE INDEX image_by_group ON image(group_id) WHERE group_id IS NOT NULL;
CREATE INDEX image_in_trash ON image(trashed_at_ms) WHERE trashed_at_ms IS NOT NULL;

-- A deleted class stays as a row, because old splits and the history refer to it.
CREATE TABLE class (
  id            INTEGER PRIMARY KEY,
  name          TEXT    NOT NULL COLLATE NOCASE CHECK (name <> ''),
  colour        TEXT    NOT NULL CHECK (colour GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'),
  position      INTEGER NOT NULL,
  deleted_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX class_name_in_use ON class(name) WHERE deleted_at_ms IS NULL;
CREATE TABLE label (
  image_id  INTEGER PRIMARY KEY REFERENCES image(id) ON DELETE CASCADE,
  class_id  INTEGER NOT NULL    REFERENCES class(id) ON DELETE RESTRICT,
  source    TEXT    NOT NULL CHECK (source IN ('person', 'folder', 'suggestion')),
  set_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX label_by_class ON label(class_id);

-- Undo is a table: a step and the rows it changed, before and after, as JSON (null = the row did not exist).
-- Undone steps are newer than every done one; AUTOINCREMENT keeps the id of a forgotten step from naming another.
CREATE TABLE history_step (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  action  TEXT    NOT NULL,
  details TEXT    NOT NULL CHECK (json_valid(details)),
  at_ms   INTEGER NOT NULL,
  state   TEXT    NOT NULL CHECK (state IN ('done', 'undone'))
) STRICT;
CREATE INDEX history_step_by_state ON history_step(state);
CREATE TABLE history_change (
  step_id    INTEGER NOT NULL REFERENCES history_step(id) ON DELETE CASCADE,
  sequence   INTEGER NOT NULL,
  table_name TEXT    NOT NULL CHECK (table_name IN ('image', 'class', 'label')),
  row_id     INTEGER NOT NULL,
  before     TEXT CHECK (before IS NULL OR json_valid(before)),
  after      TEXT CHECK (after IS NULL OR json_valid(after)),
  PRIMARY KEY (step_id, sequence)
) STRICT, WITHOUT ROWID;
-- Has a row only inside a transaction that changes labels, classes or the trash: the step that the triggers below write to,
-- or null while a step is undone or redone. Without the row those changes are refused, so that none escapes the history.
CREATE TABLE history_recording (
  id      INTEGER PRIMARY KEY CHECK (id = 1),
  step_id INTEGER REFERENCES history_step(id) ON DELETE RESTRICT
) STRICT;
CREATE TRIGGER label_insert_is_recorded AFTER INSERT ON label BEGIN
  SELECT RAISE(ABORT, 'labels, classes and the trash change inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'label', NEW.image_id,
    NULL,
    json_object('class_id', NEW.class_id, 'source', NEW.source, 'set_at_ms', NEW.set_at_ms)
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;
CREATE TRIGGER label_update_is_recorded AFTER UPDATE ON label BEGIN
  SELECT RAISE(ABORT, 'labels, classes and the trash change inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'label', NEW.image_id,
    json_object('class_id', OLD.class_id, 'source', OLD.source, 'set_at_ms', OLD.set_at_ms),
    json_object('class_id', NEW.class_id, 'source', NEW.source, 'set_at_ms', NEW.set_at_ms)
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;
CREATE TRIGGER label_delete_is_recorded AFTER DELETE ON label BEGIN
  SELECT RAISE(ABORT, 'labels, classes and the trash change inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'label', OLD.image_id,
    json_object('class_id', OLD.class_id, 'source', OLD.source, 'set_at_ms', OLD.set_at_ms),
    NULL
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;
-- Undoing the making of a class deletes it the way a person does: the row stays, because a split may refer to it by now.
CREATE TRIGGER class_insert_is_recorded AFTER INSERT ON class BEGIN
  SELECT RAISE(ABORT, 'labels, classes and the trash change inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'class', NEW.id,
    json_object('name', NEW.name, 'colour', NEW.colour, 'position', NEW.position, 'deleted_at_ms', step.at_ms),
    json_object('name', NEW.name, 'colour', NEW.colour, 'position', NEW.position, 'deleted_at_ms', NEW.deleted_at_ms)
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;
CREATE TRIGGER class_update_is_recorded AFTER UPDATE ON class BEGIN
  SELECT RAISE(ABORT, 'labels, classes and the trash change inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'class', NEW.id,
    json_object('name', OLD.name, 'colour', OLD.colour, 'position', OLD.position, 'deleted_at_ms', OLD.deleted_at_ms),
    json_object('name', NEW.name, 'colour', NEW.colour, 'position', NEW.position, 'deleted_at_ms', NEW.deleted_at_ms)
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;
CREATE TRIGGER image_trash_is_recorded AFTER UPDATE OF trashed_at_ms ON image WHEN OLD.trashed_at_ms IS NOT NEW.trashed_at_ms BEGIN
  SELECT RAISE(ABORT, 'labels, classes and the trash change inside recordStep only') WHERE NOT EXISTS (SELECT 1 FROM history_recording);
  INSERT INTO history_change (step_id, sequence, table_name, row_id, before, after)
  SELECT step.id, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM history_change WHERE step_id = step.id), 'image', NEW.id,
    json_object('trashed_at_ms', OLD.trashed_at_ms),
    json_object('trashed_at_ms', NEW.trashed_at_ms)
  FROM history_recording JOIN history_step AS step ON step.id = history_recording.step_id;
END;

-- A split is frozen: its members, the class each had then, and what the classes were called then.
CREATE TABLE split (
  id              INTEGER PRIMARY KEY,
  seed            INTEGER NOT NULL,
  shares          TEXT    NOT NULL CHECK (json_valid(shares)),
  -- SHA-256 over everything that is frozen: the same seed, shares, classes and members make the same split.
  membership_hash TEXT    NOT NULL UNIQUE,
  created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX split_by_seed ON split(seed, shares);
CREATE TABLE split_class (
  split_id INTEGER NOT NULL REFERENCES split(id) ON DELETE CASCADE,
  class_id INTEGER NOT NULL REFERENCES class(id) ON DELETE RESTRICT,
  position INTEGER NOT NULL,
  name     TEXT    NOT NULL,
  colour   TEXT    NOT NULL,
  PRIMARY KEY (split_id, class_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE split_member (
  split_id INTEGER NOT NULL REFERENCES split(id) ON DELETE CASCADE,
  image_id INTEGER NOT NULL REFERENCES image(id) ON DELETE RESTRICT,
  class_id INTEGER NOT NULL REFERENCES class(id) ON DELETE RESTRICT,
  part     TEXT    NOT NULL CHECK (part IN ('train', 'validation', 'test')),
  PRIMARY KEY (split_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id            TEXT    PRIMARY KEY,
  number        INTEGER NOT NULL UNIQUE,
  split_id      INTEGER NOT NULL REFERENCES split(id) ON DELETE RESTRICT,
  state         TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'finished', 'stopped', 'failed', 'interrupted')),
  recipe        TEXT    NOT NULL CHECK (json_valid(recipe)),
  backbone_id   TEXT    NOT NULL,
  backbone_hash TEXT    NOT NULL,
  engine        TEXT CHECK (engine IS NULL OR json_valid(engine)),
  versions      TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(versions)),
  error         TEXT CHECK (error IS NULL OR json_valid(error)),
  best_epoch    INTEGER,
  ended_because TEXT CHECK (ended_because IN ('completed', 'early-stopped', 'stopped-by-user')),
  seconds       TEXT CHECK (seconds IS NULL OR json_valid(seconds)),
  -- Images predicted right and counted, in the two parts that were not trained on.
  validation_right INTEGER CHECK (validation_right BETWEEN 0 AND validation_n),
  validation_n     INTEGER,
  test_right       INTEGER CHECK (test_right BETWEEN 0 AND test_n),
  test_n           INTEGER,
  created_at_ms INTEGER NOT NULL,
  started_at_ms INTEGER,
  ended_at_ms   INTEGER,
  CHECK ((state IN ('queued', 'running')) = (ended_at_ms IS NULL)),
  CHECK ((state = 'failed') = (error IS NOT NULL)),
  CHECK ((state IN ('finished', 'stopped')) = (best_epoch IS NOT NULL)),
  CHECK ((state IN ('finished', 'stopped')) = (test_n IS NOT NULL))
) STRICT;
CREATE INDEX run_by_split ON run(split_id);
CREATE INDEX run_under_way ON run(state) WHERE state IN ('queued', 'running');
CREATE TABLE run_epoch (
  run_id              TEXT    NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  epoch               INTEGER NOT NULL CHECK (epoch > 0),
  train_loss          REAL    NOT NULL,
  train_accuracy      REAL    NOT NULL CHECK (train_accuracy BETWEEN 0 AND 1),
  validation_loss     REAL    NOT NULL,
  validation_accuracy REAL    NOT NULL CHECK (validation_accuracy BETWEEN 0 AND 1),
  duration_ms         REAL    NOT NULL,
  PRIMARY KEY (run_id, epoch)
) STRICT, WITHOUT ROWID;
-- weights: float32 little-endian, row-major [dim, class_count]; bias: float32 [class_count].
CREATE TABLE run_head (
  run_id      TEXT    PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE,
  dim         INTEGER NOT NULL CHECK (dim > 0),
  class_count INTEGER NOT NULL CHECK (class_count > 1),
  weights     BLOB    NOT NULL CHECK (length(weights) = dim * class_count * 4),
  bias        BLOB    NOT NULL CHECK (length(bias) = class_count * 4)
) STRICT;
-- probabilities: float32 little-endian [class_count], in the order of split_class.position.
CREATE TABLE run_prediction (
  run_id        TEXT    NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  image_id      INTEGER NOT NULL REFERENCES image(id) ON DELETE RESTRICT,
  part          TEXT    NOT NULL CHECK (part IN ('validation', 'test')),
  probabilities BLOB    NOT NULL,
  PRIMARY KEY (run_id, image_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE export (
  id            INTEGER PRIMARY KEY,
  run_id        TEXT    NOT NULL REFERENCES run(id) ON DELETE CASCADE,
  proof         TEXT    NOT NULL CHECK (json_valid(proof)),
  created_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX export_by_run ON export(run_id);
-- folder: the folder's own name when the name was given. A folder that is called otherwise now was renamed from outside.
CREATE TABLE project (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  name          TEXT    NOT NULL,
  folder        TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  settings      TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(settings))
) STRICT;
-- What the features of a backbone were extracted with last, for the record of a run.
CREATE TABLE extractor (
  backbone_hash TEXT PRIMARY KEY,
  engine        TEXT NOT NULL,
  version       TEXT NOT NULL
) STRICT;
-- Measured on this machine by earlier work, for forecasts: e.g. images extracted per second of a backbone.
CREATE TABLE speed (
  what       TEXT PRIMARY KEY,
  per_second REAL NOT NULL CHECK (per_second > 0)
) STRICT;
`
