/** What the page finds at `window.graft` in Electron, and nowhere else. */
export interface PreloadBridge {
  /** Absolute path of a file or folder that was dropped on the page or chosen in it; empty for a file that was made by script. */
  pathForFile(file: File): string
  /** Calls `listener` when a menu item belongs to the page. Answers the undo. */
  onMenu(listener: (command: MenuCommand) => void): () => void
}

/** What the native menu asks the page to do. */
export type MenuCommand = 'new-project' | 'open-project' | 'add-photos' | 'close-project' | 'undo' | 'redo'

/** The message with which the page hands its end of the oRPC channel to the preload, and the preload to the main process. */
export const portMessage = 'graft:port'
export const menuMessage = 'graft:menu'
