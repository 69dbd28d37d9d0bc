import { implement } from '@orpc/server'
import { randomUUID } from 'node:crypto'
import { join, resolve } from 'node:path'
import { StudioError } from '../../contract/errors.ts'
import { exporting, type ExportFormat } from '../../contract/exporting.ts'
import { usesInt8 } from '../../contract/runs.ts'
import { knownBackbones } from '../backbones/known-backbones.ts'
import type { OpenProject, StudioContext } from '../context.ts'
import { readErasedHashes } from '../images/erased-rows.ts'
import { ownFolder } from '../own-folder.ts'
import { isReachable } from '../project/is-reachable.ts'
import { readSplit } from '../splits/make-split.ts'
import { networkOfRun } from '../training/run-network.ts'
import { readFinishedRun, readHead, readPredictions, type StoredPrediction } from '../training/run-rows.ts'
import { exportFacts, startName } from './export-facts.ts'
import { exportName } from './export-name.ts'
import { startPhotoExport } from './export-photos.ts'
import { deleteExports, listExports } from './export-rows.ts'
import type { PageServer } from './page-server.ts'
import { measurePhotosToWrite } from './photo-export-rows.ts'
import { readProvedFolder } from './proved-folder.ts'
import { exportRun, requireNew, requireOutsideProjects, type ExportOrder } from './export-run.ts'

/** Handlers of `exporting`. `pages` shows exported pages. */
export function exportingProcedures(context: StudioContext, pages: PageServer) {
  const os = implement(exporting)
  const downloads = ownFolder(join(context.dataDir, 'downloads'), context.log)
  return {
    start: os.start.handler(({ input }) => {
      const order = makeOrder(context, context.project(), input)
      requireOutsideProjects(order.out)
      requireNew(order)
      const needs = order.predictions.map(({ imageId }) => imageId)
      const job = context.jobs.start('export', { lane: 'export', needs }, exportRun(context, order))
      return { jobId: job.id }
    }),
    list: os.list.handler(() =>
      Promise.all(
        listExports(context.project().db, context.log).map(async (proof) => ({ ...proof, isPresent: await isReachable(proof.folder) })),
      ),
    ),
    forget: os.forget.handler(({ input: { folder } }) => {
      deleteExports(context.project().db, folder)
      context.changed('exports')
    }),
    openPage: os.openPage.handler(async ({ input: { folder } }) => {
      const proofs = listExports(context.project().db, context.log).filter((proof) => proof.folder === folder)
      if (proofs.length === 0 || !(await isReachable(folder))) throw new StudioError('FOLDER_NOT_FOUND', { path: folder })
      const page = await readProvedFolder(
        folder,
        proofs.map(({ runId }) => runId),
      )
      const address = await pages.serve(page)
      await context.dialogs?.openPage(address)
      return { address, opened: context.dialogs !== null }
    }),
    photosSize: os.photosSize.handler(({ input }) => measurePhotosToWrite(context.project().db, input.choice)),
    photos: os.photos.handler(async ({ input }) => {
      const project = context.project()
      const isDownload = input.out === null
      const out = input.out === null ? join(await downloads(), randomUUID()) : resolve(input.out)
      requireOutsideProjects(out)
      return { jobId: startPhotoExport(context, project, { ...input, isZip: input.isZip || isDownload, out, isDownload }) }
    }),
  }
}

/** Gathers what an export is made from. Throws `RUN_NOT_FOUND`, `RUN_NOT_FINISHED`, `RUN_IN_INT8`, `NO_TEST_PHOTOS` or `BACKBONE_MISSING`. */
function makeOrder(context: StudioContext, project: OpenProject, input: { run: string; format: ExportFormat; out: string }): ExportOrder {
  const run = readFinishedRun(project.db, input.run)
  if (usesInt8(run.recipe)) throw new StudioError('RUN_IN_INT8', { run: run.number })
  const predictions = testPredictions(project, run)
  const backbone = networkOfRun(context, project, run)
  const split = readSplit(project.db, run.splitId)
  const parts = { train: 0, validation: 0, test: 0 }
  for (const { part } of split.members) parts[part]++
  const entry = knownBackbones(context).find(({ id }) => id === run.recipe.backbone)
  return {
    project,
    run,
    backbone,
    model: {
      backbone,
      head: readHead(project.db, run.id),
      classNames: split.classes.map(({ name }) => name),
      answerFrom: run.answerFromPercent / 100,
      title: project.name,
      facts: exportFacts({
        run,
        backbone: { name: entry === undefined ? run.recipe.backbone : startName(entry), licence: entry?.licence ?? 'see its source' },
        parts,
      }),
    },
    predictions,
    format: input.format,
    out: resolve(input.out),
    name: exportName({
      projectName: project.name,
      backbone: run.recipe.mode === 'scratch' ? 'scratch' : run.recipe.backbone,
      runNumber: run.number,
      format: input.format,
    }),
  }
}

/** An export is given away with a proof or not at all: one that has nothing to be proved on is not begun. Throws `NO_TEST_PHOTOS`. */
function testPredictions({ db }: OpenProject, run: { readonly id: string; readonly number: number }): readonly StoredPrediction[] {
  const erased = readErasedHashes(db)
  const predictions = readPredictions(db, run.id, 'test').filter(({ hash }) => !erased.has(hash))
  if (predictions.length === 0) throw new StudioError('NO_TEST_PHOTOS', { run: run.number })
  return predictions
}
