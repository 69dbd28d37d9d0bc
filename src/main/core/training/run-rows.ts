import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import { fromWireError, StudioError, WireError } from '../../contract/errors.ts'
import { TrainingEngineWanted } from '../../contract/engines.ts'
import type { Part } from '../../contract/ids.ts'
import { BackboneId } from '../../contract/backbones.ts'
import { isDamaged, Recipe, RunName, RunTag, type EpochReport, type RunState, type RunSummary } from '../../contract/runs.ts'
import { ForeignCheck, Tempering } from '../../contract/sureness.ts'
import type { Head } from '../../contract/worker/training-tasks.ts'
import { prepared } from '../db/prepared.ts'
import { temper } from '../metrics/temper.ts'
import { wilsonInterval } from '../metrics/wilson-interval.ts'
import { temperingColumns } from './answering-rows.ts'

/** As the table's own checks hold it; what stands in it as JSON is parsed. */
interface RunRow {
  readonly id: string
  readonly number: number
  readonly split_id: number
  readonly state: Exclude<RunState, 'paused'>
  readonly recipe: string
  readonly backbone_id: string
  readonly backbone_hash: string
  readonly network: string | null
  readonly engine: string | null
  readonly versions: string
  readonly error: string | null
  readonly best_epoch: number | null
  readonly ended_because: RunSummary['endedBecause']
  readonly seconds: string | null
  readonly validation_right: number | null
  readonly validation_n: number | null
  readonly test_right: number | null
  readonly test_n: number | null
  readonly tempering: string | null
  readonly answer_from_percent: number
  readonly foreign_check: string | null
  readonly created_at_ms: number
  readonly ended_at_ms: number | null
  readonly name: string | null
  readonly notes: string
  readonly tags: string
  readonly pinned: 0 | 1
  readonly paused_at_ms: number | null
}

/** Made once: making a schema takes longer than reading a run with it. */
const Engine = z.object({ training: z.string(), extraction: z.string() })
const Network = z.object({ hash: z.string(), inputSizePx: z.int(), featureDim: z.int() })
const Versions = z.record(z.string(), z.string())
const Seconds = z.object({ features: z.number(), training: z.number(), total: z.number() })
const Tags = z.array(RunTag)
const Name = RunName.nullable()

const columns = `id, number, split_id, state, recipe, backbone_id, backbone_hash, network, engine, versions, error, best_epoch, ended_because, seconds,
  validation_right, validation_n, test_right, test_n, tempering, answer_from_percent, foreign_check, created_at_ms, ended_at_ms, name, notes, tags,
  pinned, paused_at_ms`

/** A row that cannot be read is told as a damaged run: the list of all runs must not fail by it. */
function toSummary(row: RunRow): RunSummary {
  const bad: string[] = []
  /** What a column holds; null where that is something else. */
  const read = <T>(schema: z.ZodType<T>, column: string, value: unknown): T | null => {
    const parsed = schema.safeParse(value)
    if (!parsed.success) bad.push(column)
    return parsed.success ? parsed.data : null
  }
  const readJson = <T>(schema: z.ZodType<T>, column: string, text: string | null): T | null =>
    text === null ? null : read(schema, column, JSON.parse(text))
  const summary: RunSummary = {
    id: row.id,
    number: row.number,
    state: row.paused_at_ms === null ? row.state : 'paused',
    error: readJson(WireError, 'its error', row.error),
    recipe: readJson(Recipe, 'its settings', row.recipe) ?? Recipe.parse({ backbone: BackboneId.catch('unknown').parse(row.backbone_id) }),
    splitId: row.split_id,
    backboneHash: row.backbone_hash,
    network: readJson(Network, 'its network', row.network),
    engine: readJson(Engine, 'its engine', row.engine),
    versions: readJson(Versions, 'its versions', row.versions) ?? {},
    bestEpoch: row.best_epoch,
    endedBecause: row.ended_because,
    validation: row.validation_n === null ? null : wilsonInterval(row.validation_right ?? 0, row.validation_n),
    test: row.test_n === null ? null : wilsonInterval(row.test_right ?? 0, row.test_n),
    seconds: readJson(Seconds, 'its times', row.seconds),
    tempering: readJson(Tempering, 'its temperature', row.tempering) ?? { state: 'never' },
    answerFromPercent: row.answer_from_percent,
    // A choice of how it answers: one that cannot be read is not made, and takes no result away.
    foreign: row.foreign_check === null ? null : (ForeignCheck.safeParse(JSON.parse(row.foreign_check)).data ?? null),
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
    name: read(Name, 'its name', row.name),
    notes: row.notes,
    tags: readJson(Tags, 'its tags', row.tags) ?? [],
    pinned: row.pinned === 1,
  }
  if (bad.length === 0) return summary
  const error = { code: 'RUN_DAMAGED' as const, details: { run: row.number, what: bad.join(' and ') } }
  return { ...summary, state: 'failed', error, bestEpoch: null, endedBecause: null, validation: null, test: null }
}

/** Writes a queued run and gives it the next number. */
export function insertRun(
  db: Database,
  run: {
    id: string
    splitId: number
    recipe: Recipe
    backboneHash: string
    versions: Record<string, string>
    createdAtMs: number
    wantedEngine?: TrainingEngineWanted
  },
): RunSummary {
  db.prepare(
    `INSERT INTO run (id, number, split_id, state, recipe, backbone_id, backbone_hash, versions, created_at_ms, wanted_engine)
     VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM run), ?, 'queued', ?, ?, ?, ?, ?, ?)`,
  ).run(
    run.id,
    run.splitId,
    JSON.stringify(run.recipe),
    run.recipe.backbone,
    run.backboneHash,
    JSON.stringify(run.versions),
    run.createdAtMs,
    run.wantedEngine ?? null,
  )
  return readRun(db, run.id)
}

/** Newest first. */
export function listRuns(db: Database): RunSummary[] {
  return prepared<[], RunRow>(db, `SELECT ${columns} FROM run ORDER BY number DESC`).all().map(toSummary)
}

/**
 * The run that a person means: its id, its number (`3` or `#3`), or `latest`, the newest one with a result.
 * Throws `RUN_NOT_FOUND`.
 */
export function readRun(db: Database, reference: string): RunSummary {
  const row =
    reference === 'latest'
      ? prepared<[], RunRow>(db, `SELECT ${columns} FROM run WHERE state IN ('finished', 'stopped') ORDER BY number DESC LIMIT 1`).get()
      : (prepared<[string], RunRow>(db, `SELECT ${columns} FROM run WHERE id = ?`).get(reference) ?? readByNumber(db, reference))
  if (row === undefined) throw new StudioError('RUN_NOT_FOUND', { run: reference })
  return toSummary(row)
}

function readByNumber(db: Database, reference: string): RunRow | undefined {
  const number = /^#?(\d{1,9})$/.exec(reference)?.[1]
  if (number === undefined) return undefined
  return prepared<[number], RunRow>(db, `SELECT ${columns} FROM run WHERE number = ?`).get(Number(number))
}

/** The run with its result. Throws `RUN_NOT_FOUND`, `RUN_DAMAGED`, or `RUN_NOT_FINISHED` where there is no result. */
export function readFinishedRun(db: Database, reference: string): RunSummary & { test: NonNullable<RunSummary['test']> } {
  const run = readRun(db, reference)
  if (run.error !== null && isDamaged(run)) throw fromWireError(run.error)
  if (run.test === null) throw new StudioError('RUN_NOT_FINISHED', { run: reference, state: run.state })
  return { ...run, test: run.test }
}

/** Takes a run away that waits for its turn; one that is paused stays. Answers whether there was one. */
export function forgetQueued(db: Database, id: string): boolean {
  return db.prepare(`DELETE FROM run WHERE id = ? AND state = 'queued' AND paused_at_ms IS NULL`).run(id).changes > 0
}

/** A run that waits or is at work rests from now on. Answers whether there was one. */
export function markPaused(db: Database, id: string, pausedAtMs: number): boolean {
  const sql = `UPDATE run SET state = 'queued', paused_at_ms = ? WHERE id = ? AND state IN ('queued', 'running') AND paused_at_ms IS NULL`
  return db.prepare(sql).run(pausedAtMs, id).changes > 0
}

/** A run that rests waits for its turn again. Answers whether there was one. */
export function markWaiting(db: Database, id: string): boolean {
  return db.prepare('UPDATE run SET paused_at_ms = NULL WHERE id = ? AND paused_at_ms IS NOT NULL').run(id).changes > 0
}

/** Whether a run is paused. */
export function rests(db: Database, id: string): boolean {
  return db.prepare('SELECT 1 FROM run WHERE id = ? AND paused_at_ms IS NOT NULL').get(id) !== undefined
}

/** Whether a run has told of an epoch, in this sitting or in an earlier one. */
export function hasEpochs(db: Database, id: string): boolean {
  return db.prepare('SELECT 1 FROM run_epoch WHERE run_id = ? LIMIT 1').get(id) !== undefined
}

/** What a run was asked to be trained with; null: as the settings say, also where it is an engine that this version does not know. */
export function readWantedEngine(db: Database, id: string): TrainingEngineWanted | null {
  const row = db.prepare('SELECT wanted_engine AS engine FROM run WHERE id = ?').get(id) as { engine: unknown } | undefined
  return TrainingEngineWanted.safeParse(row?.engine).data ?? null
}

export function deleteRun(db: Database, id: string): void {
  db.prepare('DELETE FROM run WHERE id = ?').run(id)
}

/** One that goes on keeps the time at which it began. */
export function markRunning(db: Database, id: string, startedAtMs: number): void {
  const sql = `UPDATE run SET state = 'running', started_at_ms = coalesce(started_at_ms, ?) WHERE id = ? AND paused_at_ms IS NULL`
  db.prepare(sql).run(startedAtMs, id)
}

/** What the run is computed with; known once its features are there. */
export function writeEngine(
  db: Database,
  id: string,
  engine: { readonly training: string; readonly extraction: string },
  versions: Readonly<Record<string, string>>,
): void {
  db.prepare('UPDATE run SET engine = ?, versions = ? WHERE id = ?').run(JSON.stringify(engine), JSON.stringify(versions), id)
}

export function markFailed(db: Database, id: string, error: WireError, endedAtMs: number): void {
  db.prepare(`UPDATE run SET state = 'failed', error = ?, ended_at_ms = ? WHERE id = ?`).run(JSON.stringify(error), endedAtMs, id)
}

/** In one transaction. */
export function insertEpochs(db: Database, runId: string, reports: readonly EpochReport[]): void {
  const insert = db.prepare(
    `INSERT INTO run_epoch (run_id, epoch, train_loss, train_accuracy, validation_loss, validation_accuracy, duration_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  db.transaction(() => {
    for (const { epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy, durationMs } of reports)
      insert.run(runId, epoch, trainLoss, trainAccuracy, validationLoss, validationAccuracy, durationMs)
  })()
}

/** Forgets the epochs from this one on: a run that goes on from before it tells them again. */
export function forgetEpochsFrom(db: Database, runId: string, epoch: number): void {
  db.prepare('DELETE FROM run_epoch WHERE run_id = ? AND epoch >= ?').run(runId, epoch)
}

/** In order of epoch. */
export function readEpochs(db: Database, runId: string): EpochReport[] {
  return prepared<[string], EpochReport>(
    db,
    `SELECT epoch, train_loss AS trainLoss, train_accuracy AS trainAccuracy, validation_loss AS validationLoss,
       validation_accuracy AS validationAccuracy, duration_ms AS durationMs
     FROM run_epoch WHERE run_id = ? ORDER BY epoch`,
  ).all(runId)
}

export interface RunOutcome {
  readonly state: 'finished' | 'stopped'
  readonly bestEpoch: number
  readonly endedBecause: 'completed' | 'early-stopped' | 'stopped-by-user'
  readonly head: Head
  /** What the run has trained besides its head. */
  readonly network: RunSummary['network']
  readonly tempering: Tempering
  /** Right and counted images of the two parts that were not trained on. */
  readonly validation: { readonly right: number; readonly n: number }
  readonly test: { readonly right: number; readonly n: number }
  readonly predictions: readonly { readonly imageId: number; readonly part: Part; readonly probabilities: Float32Array }[]
  readonly seconds: { readonly features: number; readonly training: number; readonly total: number }
  readonly endedAtMs: number
}

/** The whole result in one transaction: a run has all of it or none. */
export function writeOutcome(db: Database, runId: string, outcome: RunOutcome): void {
  const tempering = temperingColumns(outcome.tempering)
  const insertPrediction = db.prepare('INSERT INTO run_prediction (run_id, image_id, part, probabilities) VALUES (?, ?, ?, ?)')
  db.transaction(() => {
    db.prepare('INSERT INTO run_head (run_id, dim, class_count, weights, bias) VALUES (?, ?, ?, ?, ?)').run(
      runId,
      outcome.head.dim,
      outcome.head.classCount,
      toBlob(outcome.head.weights),
      toBlob(outcome.head.bias),
    )
    for (const { imageId, part, probabilities } of outcome.predictions) insertPrediction.run(runId, imageId, part, toBlob(probabilities))
    db.prepare(
      `UPDATE run SET state = ?, best_epoch = ?, ended_because = ?, seconds = ?, validation_right = ?, validation_n = ?, test_right = ?,
         test_n = ?, network = ?, temperature = ?, tempering = ?, ended_at_ms = ? WHERE id = ?`,
    ).run(
      outcome.state,
      outcome.bestEpoch,
      outcome.endedBecause,
      JSON.stringify(outcome.seconds),
      outcome.validation.right,
      outcome.validation.n,
      outcome.test.right,
      outcome.test.n,
      outcome.network === null ? null : JSON.stringify(outcome.network),
      tempering.temperature,
      tempering.tempering,
      outcome.endedAtMs,
      runId,
    )
  })()
}

const HeadRow = z.object({
  ...{ dim: z.int(), class_count: z.int(), weights: z.instanceof(Buffer), bias: z.instanceof(Buffer) },
  temperature: z.number(),
})

/** The trained head of a run that has a result, with its temperature folded in, so that it says what the run says. Throws `RUN_NOT_FOUND` where there is none. */
export function readHead(db: Database, runId: string): Head {
  const row = db
    .prepare('SELECT dim, class_count, weights, bias, run.temperature FROM run_head JOIN run ON run.id = run_id WHERE run_id = ?')
    .get(runId)
  if (row === undefined) throw new StudioError('RUN_NOT_FOUND', { run: runId })
  const head = HeadRow.parse(row)
  const folded = (blob: Buffer): Float32Array => toFloats(blob).map((each) => each / head.temperature)
  return { dim: head.dim, classCount: head.class_count, weights: folded(head.weights), bias: folded(head.bias) }
}

const PredictionRow = z.object({
  imageId: z.int(),
  hash: z.string(),
  name: z.string(),
  sourcePath: z.string(),
  classId: z.int(),
  probabilities: z.instanceof(Buffer),
  temperature: z.number(),
})
export type StoredPrediction = Omit<z.infer<typeof PredictionRow>, 'probabilities' | 'temperature'> & {
  /** In the order of the split's classes. */
  readonly probabilities: Float32Array
}

export interface ReadPredictionsOptions {
  /** Without the temperature of the run. */
  readonly asTrained?: boolean
}

/** What the run says about every image of a part, with the class that the image had when the split was frozen; in order of image. */
export function readPredictions(
  db: Database,
  runId: string,
  part: 'validation' | 'test',
  { asTrained = false }: ReadPredictionsOptions = {},
): StoredPrediction[] {
  return db
    .prepare(
      `SELECT image.id AS imageId, image.hash, image.name, image.source_path AS sourcePath, split_member.class_id AS classId,
         run_prediction.probabilities, run.temperature
       FROM run_prediction
       JOIN run ON run.id = run_prediction.run_id
       JOIN split_member ON split_member.split_id = run.split_id AND split_member.image_id = run_prediction.image_id
       JOIN image ON image.id = run_prediction.image_id
       WHERE run_prediction.run_id = ? AND run_prediction.part = ?
       ORDER BY image.id`,
    )
    .all(runId, part)
    .map((row) => {
      const { probabilities, temperature, ...rest } = PredictionRow.parse(row)
      return { ...rest, probabilities: temper(toFloats(probabilities), asTrained ? 1 : temperature) }
    })
}

function toBlob(floats: Float32Array): Buffer {
  return Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength)
}

/** A copy, because a blob's bytes need not start at a multiple of four. */
export function toFloats(blob: Buffer): Float32Array {
  return new Float32Array(blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength))
}
