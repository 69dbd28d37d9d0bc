import { z } from 'zod'
import { procedure } from './base.ts'

/** A folder of this machine out of which new photos come into the open project by themselves. */
export const WatchedFolder = z.object({
  path: z.string(),
  /** The folder inside of it that holds a photo names its class. */
  labelFromFolders: z.boolean(),
  /** `gone`: it is not there now; `denied`: it may not be read. Both are looked for again, and go on when they are back. */
  state: z.enum(['watching', 'paused', 'gone', 'denied']),
  /** Photos that came from it since the project was opened. */
  images: z.int(),
})
export type WatchedFolder = z.infer<typeof WatchedFolder>

export const watching = {
  /** In the order in which they were added; empty where no project is open. */
  list: procedure.output(z.array(WatchedFolder)),
  /**
   * What is in it now comes in as well, but for photos that the project has, has in its trash, or deleted for good. `FOLDER_NOT_FOUND`;
   * `INVALID_INPUT` for one that is watched already, lies in another one that is or around it, holds a project or lies in one, or is the
   * studio's own.
   */
  add: procedure.input(z.object({ path: z.string().min(1), labelFromFolders: z.boolean() })).output(z.array(WatchedFolder)),
  /** What is absent stays. `FOLDER_NOT_FOUND` for one that is not watched. */
  change: procedure
    .input(z.object({ path: z.string(), labelFromFolders: z.boolean().optional(), isPaused: z.boolean().optional() }))
    .output(z.array(WatchedFolder)),
  /** The photos that came from it stay. */
  remove: procedure.input(z.object({ path: z.string() })).output(z.array(WatchedFolder)),
}
