import { existsSync, statSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import type { ExportFormat, ExportProof } from '../../contract/exporting.ts'
import type { Interval } from '../../contract/ids.ts'
import type { RunSummary } from '../../contract/runs.ts'
import type { ExportModel } from '../../contract/worker/export-model.ts'
import type { BackboneFiles } from '../../contract/worker/training-tasks.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { workingCopyFile } from '../images/photo-files.ts'
import type { JobBody, JobContext } from '../jobs/job-queue.ts'
import { hashOfPlainFile } from '../plain-file.ts'
import { freeBytes } from '../project/disk-errors.ts'
import { nameOfFolder, projectFiles } from '../project/project-files.ts'
import type { StoredPrediction } from '../training/run-rows.ts'
import { insertExport } from './export-rows.ts'
import { inWorkplace } from './export-workplace.ts'
import { proofText, verifyExport, type Verification } from './verify-export.ts'
import { zipFolder } from './zip-folder.ts'

export interface ExportOrder {
  readonly project: OpenProject
  readonly run: RunSummary & { readonly test: Interval }
  readonly backbone: BackboneFiles
  readonly model: ExportModel
  /** What the run said about its test photos, those that were deleted for good left out: what the export is proved on. Not empty. */
  readonly predictions: readonly StoredPrediction[]
  readonly format: ExportFormat
  /** Absolute path of the folder that the export goes into; made when it is not there. */
  readonly out: string
  /** What its folder is called; the zip has the same name. */
  readonly name: string
}

/** TensorFlow.js with its WASM engine, the page, and room for the proof. */
const besidesWeightsBytes = 8 * 1024 * 1024

/** Throws `OUT_EXISTS` when the folder or the zip that an order would write is there already. */
export function requireNew({ out, name }: Pick<ExportOrder, 'out' | 'name'>): void {
  for (const path of [join(out, name), join(out, `${name}.zip`)]) if (existsSync(path)) throw new StudioError('OUT_EXISTS', { path })
}

/** What lies inside a project's folder is the studio's own and goes with it. Throws `NOT_WRITABLE`. */
export function requireOutsideProjects(out: string): void {
  for (let folder = out; folder !== dirname(folder); folder = dirname(folder)) {
    if (!existsSync(projectFiles(folder).database)) continue
    throw new StudioError('NOT_WRITABLE', { path: out, reason: `it lies inside the project ${nameOfFolder(folder)}` })
  }
}

/**
 * The job of one export: everything is written into a folder of its own inside `out`, proved in a fresh process, packed, and only then
 * given its name. Failed or cancelled, nothing of it is left. Fails with `OUT_EXISTS`, `DISK_FULL`, `NOT_WRITABLE`, `BACKBONE_DAMAGED`
 * or `EXPORT_DISAGREES`.
 */
export function exportRun(context: StudioContext, order: ExportOrder): JobBody {
  return async (job) => {
    requireNew(order)
    requireRoom(order)
    const place = { out: order.out, prefix: '.graft-export-', log: context.log }
    const proof = await inWorkplace(place, (workplace) => writeAndProve(context, order, job, workplace))
    context.changed('exports')
    return { kind: 'export', proof }
  }
}

/** Throws `DISK_FULL` when the folder and its zip would not fit. */
function requireRoom({ out, backbone, model }: ExportOrder): void {
  // Gone since the order was made: the worker says which file it misses.
  const tensors = statSync(join(backbone.folder, 'tensors.bin'), { throwIfNoEntry: false })
  const weightsBytes = (tensors?.size ?? 0) + model.head.weights.byteLength + model.head.bias.byteLength
  const neededBytes = 2 * (weightsBytes + besidesWeightsBytes)
  const free = freeBytes(out)
  if (free !== null && free < neededBytes) throw new StudioError('DISK_FULL', { path: out, neededBytes, freeBytes: free })
}

async function writeAndProve(context: StudioContext, order: ExportOrder, job: JobContext, workplace: string): Promise<ExportProof> {
  const folder = join(workplace, order.name)
  const zip = `${folder}.zip`
  await mkdir(folder)
  const kit = join(context.resourcesDir, 'export-kits')
  let written = 0
  job.progress('writing', 0, null)
  const { files } = await context.workers.training.request(
    'exportTfjs',
    { model: order.model, kit, folder },
    { signal: job.signal, onEvent: () => job.progress('writing', ++written, null) },
  )
  const verification = await verify(context, order, job, folder)
  job.progress('packing', 0, null)
  const createdAtMs = context.clock()
  const hashes = Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, (await hashOfPlainFile(join(folder, file), job.signal)) ?? ''] as const)),
  )
  const about = {
    run: order.run.id,
    format: order.format,
    classes: order.model.classNames,
    answerFrom: order.model.answerFrom,
    createdAtMs,
  }
  await writeFile(join(folder, 'proof.json'), proofText(about, hashes, verification))
  const allFiles = [...files, 'proof.json'].sort()
  await zipFolder(folder, allFiles, zip, { modifiedAtMs: createdAtMs, signal: job.signal })
  job.signal.throwIfAborted()
  const proof: ExportProof = {
    folder: join(order.out, order.name),
    zip: join(order.out, `${order.name}.zip`),
    runId: order.run.id,
    format: order.format,
    files: allFiles,
    images: verification.agreement.images,
    agree: verification.agreement.agree,
    refused: verification.agreement.refused,
    maxDifference: verification.agreement.maxDifference,
    fromWorkingCopy: verification.images.filter(({ source }) => source === 'working-copy').length,
    createdAtMs,
  }
  await putInPlace(order, { folder, zip }, proof)
  return proof
}

async function verify(context: StudioContext, order: ExportOrder, job: JobContext, folder: string): Promise<Verification> {
  const { project, predictions, format } = order
  job.progress('verifying', 0, predictions.length)
  const worker = context.workers.freshTraining()
  try {
    return await verifyExport({
      folder,
      format,
      predictions,
      answerFrom: order.model.answerFrom,
      workingCopyOf: (hash) => workingCopyFile(project.files, hash),
      worker,
      log: context.log,
      signal: job.signal,
      onProgress: (done, total) => job.progress('verifying', done, total),
    })
  } finally {
    await worker.close()
  }
}

/** Gives both their names, the moment from which the export is there, and keeps the proof. Of two exports of one name the quicker one wins. */
async function putInPlace(order: ExportOrder, made: { folder: string; zip: string }, proof: ExportProof): Promise<void> {
  requireNew(order)
  await rename(made.folder, proof.folder)
  try {
    await rename(made.zip, proof.zip)
    insertExport(order.project.db, proof)
  } catch (error) {
    await rm(proof.folder, { recursive: true, force: true })
    await rm(proof.zip, { force: true })
    throw error
  }
}
