import { z } from 'zod'
import { procedure } from './base.ts'
import { ImageFilter, ImageOrder } from './images.ts'

export const ViewName = z.string().trim().min(1).max(60)
export const ViewId = z.int().positive()

/** Which photos are shown and in which order, kept under a name. */
export const SavedView = z.object({
  id: ViewId,
  name: z.string(),
  filter: ImageFilter,
  order: ImageOrder,
  /** What the filter names and the project no longer has: the view is shown without it. `photo`: the one that others are compared with; `choice`: all that were chosen. */
  missing: z.array(z.enum(['class', 'run', 'photo', 'choice'])),
})
export type SavedView = z.infer<typeof SavedView>

/** Every change is one undo step. */
export const views = {
  /** In the order in which they were saved. */
  list: procedure.output(z.array(SavedView)),
  save: procedure.input(z.object({ name: ViewName, filter: ImageFilter, order: ImageOrder })).output(SavedView),
  /** What is absent stays. */
  change: procedure
    .input(z.object({ id: ViewId, name: ViewName.optional(), filter: ImageFilter.optional(), order: ImageOrder.optional() }))
    .output(SavedView),
  delete: procedure.input(z.object({ id: ViewId })).output(z.void()),
}
