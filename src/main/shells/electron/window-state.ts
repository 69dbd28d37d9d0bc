import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { Log } from '../../core/context.ts'

export const smallestWindow = { width: 1024, height: 640 }

/** In device-independent pixels of the desktop. */
const WindowState = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(smallestWindow.width),
  height: z.int().min(smallestWindow.height),
  maximised: z.boolean(),
})
export type WindowState = z.infer<typeof WindowState>

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const fileIn = (dataDir: string): string => join(dataDir, 'window.json')

/** Where the window was, or null the first time, after a change of format, and where that place is on no screen now. */
export function readWindowState(dataDir: string, screens: readonly Area[]): WindowState | null {
  try {
    const state = WindowState.safeParse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')))
    return state.success && screens.some((screen) => showsTitleBar(screen, state.data)) ? state.data : null
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null
    throw error
  }
}

/** Enough of the top edge is visible to take hold of it. */
function showsTitleBar(screen: Area, state: WindowState): boolean {
  const visible = Math.min(state.x + state.width, screen.x + screen.width) - Math.max(state.x, screen.x)
  return visible >= 100 && state.y >= screen.y && state.y <= screen.y + screen.height - 40
}

/** A place that cannot be remembered is no reason to keep a window from closing. */
export function writeWindowState(dataDir: string, state: WindowState, log: Log): void {
  try {
    writeFileAtomic.sync(fileIn(dataDir), JSON.stringify(state))
  } catch (error) {
    log.error('the place of the window was not remembered', { error: String(error) })
  }
}
