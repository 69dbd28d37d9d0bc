import { isDamaged, mostEpochs } from '../../../contract/runs.ts'
import type { Comparison, Evaluation } from '../../../contract/runs.ts'
import type { Sureness } from '../../../contract/sureness.ts'
import { describeError } from '../../../../renderer/text/errors.ts'
import { recipeText } from '../../../../renderer/text/recipes.ts'
import { countOf, frequencies, percentText } from '../../../../renderer/text/numbers.ts'
import { trainWords } from '../../../../renderer/text/train.ts'
import { classNamed } from '../find-class.ts'
import { findRun } from '../find-run.ts'
import { readCell } from '../read-cell.ts'
import { nameText, printNote, runEvent, shortInterval } from '../run-words.ts'
import type { Printer } from '../printer.ts'
import { surenessEvent, surenessLines, thresholdOf } from '../sureness-lines.ts'
import { withProject, type GlobalOptions } from '../session.ts'
import { tableText } from '../table.ts'

export function listRuns(project: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const runs = await client.runs.list()
    for (const run of runs) printer.event(runEvent(run))
    const rows = runs.map((run) => [
      `#${run.number}`,
      run.id,
      nameText(run),
      isDamaged(run) ? trainWords.stateOf(run) : run.state,
      ...(isDamaged(run)
        ? [run.recipe.backbone, '-', '-']
        : [recipeText(run.recipe, run.recipe.backbone), `${mostEpochs(run.recipe)}`, `${run.recipe.seed}`]),
      shortInterval(run.validation),
      shortInterval(run.test),
    ])
    const heading = ['run', 'id', 'name', 'state', 'backbone', 'epochs', 'seed', 'validation right', 'test right (95 %)']
    for (const { error } of runs.filter(isDamaged)) if (error !== null) printer.note(describeError(error).title)
    printer.line(runs.length === 0 ? `No runs yet. graft train ${project} makes one.` : tableText(heading, rows))
  })
}

export function showRun(project: string, reference: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const { run, epochs } = await client.runs.get({ run: await findRun(client, reference) })
    for (const report of epochs) printer.event({ event: 'epoch', ...report })
    printer.event({ ...runEvent(run), recipe: run.recipe, versions: run.versions, backboneHash: run.backboneHash })
    printer.line(`Run #${run.number} (${run.id}): ${run.state}, best epoch ${run.bestEpoch ?? '-'} of ${epochs.length}`)
    printNote(printer, run)
    for (const [setting, value] of Object.entries(run.recipe))
      printer.line(`  ${setting.padEnd(14)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    printer.line(`  test           ${shortInterval(run.test)}`)
  })
}

/** All of them or, where one is not there, none. */
export function deleteRuns(project: string, references: readonly string[], options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const found = new Map<string, number>()
    for (const reference of references) {
      const { run } = await client.runs.get({ run: reference })
      found.set(run.id, run.number)
    }
    await Promise.all([...found.keys()].map((run) => client.runs.delete({ run })))
    for (const [id, number] of found) {
      printer.event({ event: 'deleted', run: id })
      printer.line(`Run #${number} (${id}) is deleted.`)
    }
  })
}

export interface EvaluateOptions extends GlobalOptions {
  /** `LABEL:PREDICTED`: the photos behind one cell of the confusion matrix. */
  readonly cell?: string
  /** Percent: what comes of answering only from so sure on. */
  readonly atLeast?: string
}

export function evaluate(project: string, reference: string, options: EvaluateOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const run = await findRun(client, reference)
    const evaluation = await client.runs.evaluate({ run })
    if (options.cell === undefined) {
      const sureness = await client.runs.sureness({ run })
      return printEvaluation(printer, evaluation, { sureness, percent: thresholdOf(sureness, evaluation.run, options.atLeast) })
    }
    // As they were called when the run was split, else as they are called now.
    const classes = await client.classes.list()
    const { label, predicted } = readCell(options.cell, (name) => classNamed(evaluation.classes, name) ?? classNamed(classes, name))
    const photos = await client.runs.cell({ run, labelId: label.id, predictedId: predicted.id })
    for (const { name, ...rest } of photos) printer.event({ file: name, ...rest })
    for (const photo of photos) printer.line(`${photo.name}  ${percentText(photo.probability)} ${photo.predicted}`)
    printer.note(`${countOf(photos.length, 'test photo')} of ${label.name} taken for ${predicted.name}`)
  })
}

const mistakesAtMost = 20

interface Threshold {
  readonly sureness: Sureness
  readonly percent: number
}

function printEvaluation(printer: Printer, evaluation: Evaluation, { sureness, percent }: Threshold): void {
  const { run, test, perClass, confusion, classes, mistakes } = evaluation
  printer.event({
    run: run.id,
    test,
    classes: perClass,
    confusion,
    mistakes: mistakes.map(({ name, label, predicted, probability, hash }) => ({ file: name, label, predicted, probability, hash })),
    sureness: surenessEvent(sureness, classes, percent),
  })
  const { sentence, counted, exact } = frequencies(test, 'test')
  printer.line(`Run #${run.number} (${run.id}), ${recipeText(run.recipe, run.recipe.backbone)}. Of 100 new photos like these: ${sentence}.`)
  printer.line(`Test: ${counted} (${exact}).\n`)
  const share = (value: number | null): string => (value === null ? '-' : percentText(value))
  const scores = perClass.map(({ class: name, precision, recall, f1, n }) => [name, share(recall), share(precision), share(f1), String(n)])
  const right = ['left', 'right', 'right', 'right', 'right'] as const
  printer.line(tableText(['class', 'found (recall)', 'answer right (precision)', 'F1', 'photos'], scores, right))
  printer.line('\nRows: what it is. Columns: what the network said.')
  const cells = confusion.map((row, index) => [classes[index]?.name ?? '', ...row.map(String)])
  printer.line(tableText(['', ...classes.map(({ name }) => name)], cells, ['left', ...classes.map(() => 'right' as const)]))
  if (mistakes.length > 0) printer.line('\nMistakes, surest first:')
  for (const { name, label, predicted, probability } of mistakes.slice(0, mistakesAtMost)) {
    printer.line(`  ${name}: ${label}, taken for ${predicted} (${percentText(probability)})`)
  }
  if (mistakes.length > mistakesAtMost) printer.line(`  and ${mistakes.length - mistakesAtMost} more (--json names all)`)
  printer.line(`\n${surenessLines(sureness, evaluation, percent).join('\n')}`)
}

export function compare(project: string, first: string, second: string, options: GlobalOptions): Promise<number> {
  return withProject(options, project, async ({ client, printer }) => {
    const comparison = await client.runs.compare({ first: await findRun(client, first), second: await findRun(client, second) })
    printComparison(printer, comparison)
  })
}

/** The words for a verdict; the second run is judged against the first. */
function verdictText({ verdict, runs: [first, second], mcnemar }: Comparison): string {
  const p = mcnemar === null ? '' : ` (exact McNemar test on ${countOf(mcnemar.n, 'photo')}, p = ${mcnemar.p.toPrecision(2)})`
  switch (verdict) {
    case 'better':
      return `#${second.number} is better than #${first.number}${p}.`
    case 'worse':
      return `#${second.number} is worse than #${first.number}${p}.`
    case 'not certain':
      if (mcnemar !== null && mcnemar.onlyFirst + mcnemar.onlySecond === 0) return 'The same answers: right and wrong on the same photos.'
      return `About the same: the difference may be chance${p}.`
    case 'not comparable':
      return 'Not comparable: the two were tested on different photos. Train both with the same seed and split.'
    default:
      return verdict satisfies never
  }
}

/** Twelve digits tell any two hashes apart for a person. */
function shortHash(text: string): string {
  return /^[0-9a-f]{64}$/.test(text) ? text.slice(0, 12) : text
}

export function printComparison(printer: Printer, comparison: Comparison): void {
  const { runs, differs, test, mcnemar, verdict } = comparison
  printer.event({ runs: runs.map(({ id }) => id), differs, test, mcnemar, verdict })
  const shown = (value: unknown): string => (typeof value === 'string' ? shortHash(value) : JSON.stringify(value))
  const rows = Object.entries(differs).map(([setting, [one, other]]) => [setting, shown(one), shown(other)])
  rows.push(['test right (95 %)', shortInterval(test[0]), shortInterval(test[1])])
  printer.line(tableText(['', `#${runs[0].number}`, `#${runs[1].number}`], rows))
  if (mcnemar !== null)
    printer.line(`Only #${runs[0].number} right: ${mcnemar.onlyFirst}. Only #${runs[1].number} right: ${mcnemar.onlySecond}.`)
  printer.line(verdictText(comparison))
}
