const key = 'graft.commands'
/** As many as are shown before anything is typed. */
const keptAtMost = 5

/** Ids of the commands that were used last in this browser, newest first. */
export function recentCommands(): readonly string[] {
  const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : []
}

export function rememberCommand(id: string): void {
  localStorage.setItem(key, JSON.stringify([id, ...recentCommands().filter((each) => each !== id)].slice(0, keptAtMost)))
}
