import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import type { Log } from '../../core/context.ts'

export const smallestWindow = { width: 1024, height: 640 }

/** In device-independent pixels of the desktop: where the window is while it is neither maximised nor over the full screen. */
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

/**
 * Where the window was, or null the first time, after a change of format, and where that place is on no screen now. One that has become
 * larger than its screen is made to fit. `screens`: what is free of each, without the system's own bars.
 */
export function readWindowState(dataDir: string, screens: readonly Area[]): WindowState | null {
  try {
    const { data: state } = WindowState.safeParse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')))
    if (state === undefined) return null
    const [screen] = screens.filter((each) => showsTitleBar(each, state)).sort((a, b) => shownWidth(b, state) - shownWidth(a, state))
    return screen === undefined ? null : fit(state, screen)
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return null
    throw error
  }
}

/** Enough of the top edge is visible to take hold of it. */
function showsTitleBar(screen: Area, state: WindowState): boolean {
  return shownWidth(screen, state) >= 100 && state.y >= screen.y && state.y <= screen.y + screen.height - 40
}

function shownWidth(screen: Area, state: WindowState): number {
  return Math.min(state.x + state.width, screen.x + screen.width) - Math.max(state.x, screen.x)
}

/** A part may hang over the edge, as a person may have put it; more than the screen has room for may not. */
function fit(state: WindowState, screen: Area): WindowState {
  const width = Math.max(smallestWindow.width, Math.min(state.width, screen.width))
  const height = Math.max(smallestWindow.height, Math.min(state.height, screen.height))
  return {
    ...state,
    width,
    height,
    x: width < state.width ? screen.x : state.x,
    y: height < state.height ? screen.y : state.y,
  }
}

/** A place that cannot be remembered is no reason to keep a window from closing. */
export function writeWindowState(dataDir: string, state: WindowState, log: Log): void {
  try {
    writeFileAtomic.sync(fileIn(dataDir), JSON.stringify(state))
  } catch (error) {
    log.error('the place of the window was not remembered', { error: String(error) })
  }
}
