import { z } from 'zod'

/** What came of steps that grew from next to nothing until they led nowhere. */
export const RateFinding = z.object({
  /** One for each step, in order: the learning rate that it took, and the loss before it, as it was and smoothed. */
  points: z.array(z.object({ rate: z.number(), loss: z.number(), smoothed: z.number() })),
  /**
   * The learning rate to train with, rounded to one digit, and how it was chosen. `descent`: where the loss falls fastest. `before-rise`: a tenth of where it
   * begins to rise, where it has nothing left to fall. Null: the steps tell nothing.
   */
  suggestion: z.object({ rate: z.number(), by: z.enum(['descent', 'before-rise']) }).nullable(),
})
export type RateFinding = z.infer<typeof RateFinding>
