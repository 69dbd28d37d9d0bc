import type { Interval } from '../../contract/ids.ts'
import { batchNormOf, deeperPhase, type RunSummary } from '../../contract/runs.ts'
import type { Printer } from './printer.ts'
import { recipeText } from '../../../renderer/text/recipes.ts'
import { durationText, frequencies, percentText } from '../../../renderer/text/numbers.ts'

/** The `finished` object of `graft train --json` and `graft runs --json`. */
export function runEvent(run: RunSummary): Record<string, unknown> {
  const { id, number, state, recipe, engine, bestEpoch, endedBecause, validation, test, seconds, error, name, notes, tags, pinned } = run
  const { tempering, answerFromPercent, foreign } = run
  return {
    event: 'finished',
    run: id,
    number,
    state,
    backbone: recipe.backbone,
    engine: engine?.training ?? null,
    extraction: engine?.extraction ?? null,
    mode: recipe.mode,
    ...(recipe.mode === 'fine-tune'
      ? { blocks: recipe.blocks, deeperBlocks: deeperPhase(recipe)?.blocks ?? 0, batchNorm: batchNormOf(recipe) }
      : {}),
    seed: recipe.seed,
    bestEpoch,
    endedBecause,
    validation,
    test,
    seconds,
    tempering,
    answerFromPercent,
    foreign,
    name,
    notes,
    tags,
    pinned,
    ...(error === null ? {} : { error }),
  }
}

/** For a table: the name, a star where it is pinned, its tags. */
export function nameText({ name, tags, pinned }: RunSummary): string {
  return [...(pinned ? ['*'] : []), ...(name === null ? [] : [name]), ...tags.map((tag) => `[${tag}]`)].join(' ')
}

/** What a person has written about a run; nothing where there is nothing. */
export function printNote(printer: Printer, run: RunSummary): void {
  const { name, tags, pinned, notes } = run
  if (name !== null) printer.line(`  name           ${name}`)
  if (tags.length > 0) printer.line(`  tags           ${tags.join(', ')}`)
  if (pinned) printer.line('  pinned         yes')
  for (const [index, line] of notes.split('\n').entries())
    if (notes !== '') printer.line(`  ${index === 0 ? 'notes' : '     '}          ${line}`)
}

/** `93.3 % (82.1 to 97.7)`, or a dash. */
export function shortInterval(interval: Interval | null): string {
  if (interval === null) return '-'
  return `${percentText(interval.accuracy)} (${(interval.low * 100).toFixed(1)} to ${(interval.high * 100).toFixed(1)})`
}

/** What a run has come to, in sentences. */
export function resultSentences(run: RunSummary): readonly string[] {
  if (run.test === null) return [`Run #${run.number} (${run.id}) has no result: it is ${run.state}.`]
  const { sentence, counted, exact } = frequencies(run.test, 'test')
  const because = { completed: '', 'early-stopped': ', stopped early because it no longer improved', 'stopped-by-user': ', stopped by you' }
  return [
    `Of 100 new photos like these: ${sentence}.`,
    `Test: ${counted} (${exact}).`,
    `Run #${run.number} (${run.id}), ${recipeText(run.recipe, run.recipe.backbone)}, best epoch ${run.bestEpoch ?? '-'}${because[run.endedBecause ?? 'completed']}; ` +
      `${durationText(run.seconds?.total ?? 0)} in all.`,
  ]
}
