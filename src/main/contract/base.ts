import { oc, type ErrorMap } from '@orpc/contract'
import { errorDetails } from './errors.ts'

const errorMap = Object.fromEntries(Object.entries(errorDetails).map(([code, data]) => [code, { data }])) as {
  [C in keyof typeof errorDetails]: { data: (typeof errorDetails)[C] }
} satisfies ErrorMap

/** What every procedure of the contract is built from: the closed list of errors is part of each of them. */
export const procedure = oc.errors(errorMap)
