import { rateWords } from '../../../../renderer/text/rate-finder.ts'
import { withProject } from '../session.ts'
import { engineOf, recipeOf, requireFlagsOfMode, type TrainOptions } from './train.ts'

/** Looks for the learning rate that a training goes well with; with `--json` a line a step, then what is suggested. */
export function findRate(project: string, options: TrainOptions): Promise<number> {
  const recipe = recipeOf(options)
  requireFlagsOfMode(options)
  const engine = engineOf(options)
  return withProject(options, project, async ({ client, printer }) => {
    const { points, suggestion } = await client.runs.findRate({ recipe, ...(engine === undefined ? {} : { engine }) })
    for (const point of points) printer.event({ event: 'step', ...point })
    printer.event({ event: 'suggestion', rate: suggestion?.rate ?? null, by: suggestion?.by ?? null })
    printer.line(rateWords.said({ points, suggestion }, recipe.learningRate))
    if (suggestion !== null) printer.note(`Next: graft train ${project} --learning-rate ${suggestion.rate}`)
  })
}
