/** What the page finds at `window.graft` in Electron, and nowhere else. */
export interface PreloadBridge {
  /** Absolute path of a file or folder that was dropped on the page or chosen in it; empty for a file that was made by script. */
  pathForFile(file: File): string
  /** Calls `listener` when a menu item belongs to the page. Answers the undo. */
  onMenu(listener: (command: MenuCommand) => void): () => void
  /** Tells the menu what it marks as chosen. */
  tellState(state: PageState): void
  /** Begins a drag of files out of the window, during a drag in the page. */
  startDrag(request: DragRequest): void
}

/** Pages that the native menu leads to, in the order of the journey. */
export const menuPages = ['photos', 'label', 'check', 'train', 'compare', 'try', 'export', 'settings'] as const
export type MenuPage = (typeof menuPages)[number]

/** What the native menu, or a notification, asks the page to do. */
export type MenuCommand =
  | { readonly do: 'new-project' | 'add-photos' | 'undo' | 'redo' | 'commands' | 'key-map' }
  | { readonly do: 'show'; readonly page: MenuPage }
  | { readonly do: 'show-run'; readonly run: string }
  | { readonly do: 'theme'; readonly theme: PageState['theme'] }

/** What the page shows; `page` is also one that no menu leads to. */
export interface PageState {
  readonly page: string
  readonly theme: 'light' | 'dark' | 'system'
}

/** What is carried out of the window: photos by their hashes (100 at most), or an export by its folder. */
export type DragRequest =
  { readonly kind: 'photos'; readonly hashes: readonly string[] } | { readonly kind: 'export'; readonly folder: string }

/** The message with which the page hands its end of the oRPC channel to the preload, and the preload to the main process. */
export const portMessage = 'graft:port'
export const menuMessage = 'graft:menu'
export const stateMessage = 'graft:state'
export const dragMessage = 'graft:drag'
