import type { Studio } from './studio.svelte.ts'

/** Where the settings of engines begin, on the page of Settings. */
export const engineSettingsId = 'engine-settings'

/** As long as the page of Settings may take to be there. */
const mostFrames = 60

/** Opens Settings where engines are chosen: they stand below what is on the screen at first. */
export function showEngineSettings(studio: Studio): void {
  studio.navigation.go('settings')
  let frames = 0
  const look = (): void => {
    const place = document.getElementById(engineSettingsId)
    if (place !== null) place.scrollIntoView({ block: 'start' })
    else if (++frames < mostFrames) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}
