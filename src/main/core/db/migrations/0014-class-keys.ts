import { recordColumns } from './record-changes.ts'

/** The key that a person gave a class, as the contract's `ClassKey` says; null: the digit of its place, where it has one. */
export const classKeys = `
ALTER TABLE class ADD COLUMN key TEXT CHECK (key IS NULL OR key <> '');
CREATE UNIQUE INDEX class_key_in_use ON class(key) WHERE deleted_at_ms IS NULL AND key IS NOT NULL;
${recordColumns({ table: 'class', id: 'id', columns: ['key'] })}`
