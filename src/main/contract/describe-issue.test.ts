import type { AnyContractProcedure } from '@orpc/contract'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { contract } from './contract.ts'
import { describeIssue } from './describe-issue.ts'
import { ExportFormat } from './exporting.ts'
import { ClassName, Colour } from './labels.ts'
import { ProjectName } from './project.ts'
import { AskedRecipe } from './runs.ts'

function wordsFor(schema: z.ZodType, value: unknown): readonly string[] {
  return schema.safeParse(value).error?.issues.map((issue) => describeIssue(issue)) ?? []
}
const first = (schema: z.ZodType, value: unknown): string | undefined => wordsFor(schema, value)[0]

describe('what cannot be used is told in plain words', () => {
  test.each([
    [{ epochs: 0 }, 'epochs must be a whole number from 1 to 1,000'],
    [{ epochs: 2.5 }, 'epochs must be a whole number from 1 to 1,000'],
    [{ epochs: 'many' }, 'epochs must be a whole number from 1 to 1,000'],
    [{ learningRate: Number.NaN }, 'the learning rate must be a number from 0.000001 to 10'],
    [{ seed: 2 ** 31 }, 'the seed must be a whole number from 0 to 2,147,483,647'],
    [{ backbone: 5 }, 'the starting network must be a text'],
    [{ mode: 'body' }, 'the mode must be head, fine-tune or scratch'],
    [{ blocks: 0 }, 'the number of blocks must be a whole number from 1 to 100'],
    [{ scratchPx: 70 }, 'the picture size must be 64 or 96'],
    [{ optimiser: 'rmsprop' }, 'the optimiser must be adam, adamw or sgd'],
    [{ backbone: 'Not An Id' }, 'the starting network must be named by its id, for example efficientnet-lite0'],
    [{ shares: { train: 0.98, validation: 0.01, test: 0.01 } }, 'the share for training must be from 10 to 90 %'],
    [{ shares: { train: 0.5, validation: 0.2, test: 0.2 } }, 'the shares of the three parts must add up to 100 %'],
  ])('a recipe with %j', (settings, words) => {
    expect(first(AskedRecipe, settings)).toBe(words)
  })

  test.each([
    [ClassName, '  ', 'the name must not be empty'],
    [ClassName, 'x'.repeat(101), 'the name must have at most 100 characters'],
    [ProjectName, 'a/b', 'the name must not have \\ / : * ? " < > | in it'],
    [ProjectName, 'a.', 'the name must not end with a dot'],
    [Colour, 'red', 'the name must be # and six digits of 0 to 9 and a to f, for example #0072b2'],
    [ExportFormat, 'onnx', 'the name must be tfjs'],
  ])('a name: %#', (schema, value, words) => {
    expect(first(z.object({ name: schema }), { name: value })).toBe(words)
  })

  test('whatever a field of any procedure is given, no word of the schema library is shown', () => {
    const wrong = [undefined, null, true, -1, 0.5, 1e12, Number.NaN, '', '../x', 'x'.repeat(2000), [], [''], {}]
    const inputs = Object.values(contract).flatMap((procedures) =>
      Object.values<AnyContractProcedure>(procedures).map((each) => each['~orpc'].inputSchema),
    )
    const objects = inputs.filter((schema) => schema instanceof z.ZodObject)
    const said = objects.flatMap((schema) =>
      Object.keys(schema.shape).flatMap((field) => wrong.flatMap((value) => wordsFor(schema, { [field]: value }))),
    )
    expect(said.length).toBeGreaterThan(200)
    const library = /invalid|expected|received|pattern|regex|undefined|NaN|too (big|small)|[<>]=/i
    expect([...new Set(said)].filter((words) => library.test(words))).toEqual([])
  })
})
