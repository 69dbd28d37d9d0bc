import type { Interval, Part } from '../../contract/ids.ts'
import type { Tempering } from '../../contract/sureness.ts'
import type { KnownBackbone } from '../backbones/known-backbones.ts'
import { deeperPhase, mostEpochs, type RunSummary } from '../../contract/runs.ts'

interface ExportedRun {
  readonly run: RunSummary & { readonly test: Interval }
  readonly backbone: { readonly name: string; readonly licence: string }
  readonly parts: Readonly<Record<Part, number>>
}

/** What a starting network is called in an export; of one's own also what it was made from. */
export function startName({ name, plainName, origin }: Pick<KnownBackbone, 'name' | 'plainName' | 'origin'>): string {
  const from = origin.map((each) => {
    if (each.kind === 'run') return `run ${each.run} of ${each.project}`
    return each.kind === 'nothing' ? 'a small network from nothing' : each.name
  })
  return origin.length === 0 ? name : `${plainName} (${name}, made from ${from.join(', made from ')})`
}

/** What the form writes for all of a network: see `Recipe.blocks`. */
const allBlocks = 100

/** A share as a percentage with one decimal, e.g. `97.8 %`. */
function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function startText({ recipe, backboneHash }: RunSummary, { name, licence }: ExportedRun['backbone']): string {
  if (recipe.mode === 'scratch') return 'Starting network: none, a small network that has learned from these photos alone'
  const deeper = deeperPhase(recipe)
  // More than any network has stands for all of it.
  const howMany = (blocks: number): string => (blocks >= allBlocks ? 'all of it' : `the last ${blocks} blocks`)
  const second = deeper === null ? '' : ` (in a second phase ${howMany(deeper.blocks)})`
  const learned = recipe.mode === 'fine-tune' ? `; ${howMany(recipe.blocks)}${second} has gone on learning from these photos` : ''
  return `Starting network: ${name} (licence of its weights: ${licence}), hash ${backboneHash}${learned}`
}

function percentagesText(tempering: Tempering): string {
  if (tempering.state !== 'tempered') return 'Percentages: as they were trained'
  return `Percentages: the outputs of its last layer (logits) are divided by the temperature ${tempering.temperature.toFixed(3)}, which fitted the ${tempering.photos} photos best that chose the best epoch`
}

function thresholdText(percent: number): string {
  if (percent === 0) return 'Answers always, also about a photo of something else'
  return `Says none of these where it is less than ${percent} % sure (answerFrom in labels.json; model.answer in graft-model.js)`
}

/** What is compared with are the features of all photos that were learned from. */
const notCarried =
  'In the studio this run also refuses photos that are unlike any it has learned from; that takes the features of those photos, which are not carried: here it is the threshold alone that refuses'

/** Lines for the README of an export: when it was trained, on what, how good it is, and how to tell it from others. */
export function exportFacts({ run, backbone, parts }: ExportedRun): string[] {
  const { test, recipe } = run
  const trainedAt = new Date(run.endedAtMs ?? run.createdAtMs).toISOString().slice(0, 10)
  return [
    `Trained on ${trainedAt} with Graft ${run.versions['graft'] ?? ''}: run ${run.number} (${run.id}), best epoch ${run.bestEpoch ?? 0} of at most ${mostEpochs(recipe)}, seed ${recipe.seed}`,
    startText(run, backbone),
    `Photos: ${parts.train} to learn from, ${parts.validation} to choose the best epoch, ${parts.test} to test`,
    `Right on ${Math.round(test.accuracy * test.n)} of the ${test.n} test photos, which it had never seen: ${percent(test.accuracy)} (95 % interval ${percent(test.low)} to ${percent(test.high)})`,
    percentagesText(run.tempering),
    thresholdText(run.answerFromPercent),
    ...(run.foreign === null ? [] : [notCarried]),
  ]
}
