import { changedRecipe, type CoachFinding, type CoachStep } from '../../contract/coach.ts'
import { settingsOfMode } from '../../contract/named-recipes.ts'
import { Recipe, type RunSummary } from '../../contract/runs.ts'
import { coachWords } from '../../../renderer/text/coach.ts'
import { augmentText } from './augment-flag.ts'

/** The cause, the advice, and the command that does it. */
export function findingLines(finding: CoachFinding, project: string, run: RunSummary): readonly string[] {
  return [`${coachWords.cause(finding)} ${coachWords.advice(finding)}`, `  ${commandOf(finding.step, project, run)}`]
}

function commandOf(step: CoachStep, project: string, { recipe }: RunSummary): string {
  switch (step.kind) {
    case 'train':
      return `graft train ${project} ${flagsOf(changedRecipe(recipe, step.changes))}`
    case 'stop':
      return 'Ctrl+C where it trains'
    case 'check-labels':
      return `graft doubts ${project}`
    case 'look-alikes':
      return `graft look-alikes ${project} --compare`
    case 'add-photos':
      return `graft import ${project} PHOTOS --label-from-folders`
    default:
      return step satisfies never
  }
}

/** What of a recipe has to be said on the command line: all but what is usual, and what another way to train would have. */
export function flagsOf({ backbone, shares, augmentation, ...recipe }: Recipe): string {
  const { backbone: _, shares: usualShares, augmentation: __, ...usual } = Recipe.parse({ backbone })
  const plain: Readonly<Record<string, unknown>> = usual
  const foreign: readonly string[] = Object.entries(settingsOfMode).flatMap(([owner, settings]) => (owner === recipe.mode ? [] : settings))
  const flags = Object.entries(recipe)
    .filter(([name, value]) => value !== plain[name] && !foreign.includes(name))
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${String(value)}`)
  const parts = [shares.train, shares.validation, shares.test].map((share) => Number((share * 100).toPrecision(12))).join('/')
  const split = JSON.stringify(shares) === JSON.stringify(usualShares) ? [] : [`--split ${parts}`]
  const changes = augmentation === null ? [] : [`--augment ${augmentText(augmentation)}`]
  return [...(recipe.mode === 'scratch' ? [] : [`--backbone ${backbone}`]), ...flags, ...changes, ...split].join(' ')
}
