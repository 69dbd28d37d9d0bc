import type { MenuCommand } from '../../main/contract/preload-bridge.ts'
import { pressHistory } from './press-history.ts'
import { isTypedInto } from './shortcuts.ts'
import type { Studio } from './studio.svelte.ts'

/** What the native menu opens that is no page. */
export interface MenuDoors {
  newProject(): void
  showCommands(): void
  showKeyMap(): void
}

/** Does what the native menu or a notification asks for. While a dialog of the page is open, that has to be answered first. */
export function obeyMenu(studio: Studio, doors: MenuDoors): (command: MenuCommand) => void {
  const { navigation, theme } = studio
  return (command) => {
    if (command.do === 'theme') return theme.choose(command.theme)
    if (command.do === 'undo' || command.do === 'redo') {
      if (!stepInField(command.do)) pressHistory(studio, command.do)
      return
    }
    if (document.querySelector('dialog[open]') !== null) return
    if (command.do === 'new-project') return doors.newProject()
    if (command.do === 'commands') return doors.showCommands()
    if (command.do === 'key-map') return doors.showKeyMap()
    if (studio.project.value === null) return
    switch (command.do) {
      case 'add-photos':
        return void studio.attempt(() => studio.importChosen())
      case 'show':
        return navigation.go(command.page === 'compare' ? { page: 'compare', runs: [] } : command.page)
      case 'show-run':
        return navigation.go({ page: 'run', run: command.run })
      default:
        command.do satisfies never
    }
  }
}

/** Takes back what was typed, where a field has the focus: the menu means that and not the project, as the key does. Answers whether it has. */
function stepInField(step: 'undo' | 'redo'): boolean {
  if (!isTypedInto(document.activeElement)) return false
  // There is no other way to a field's own history.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  document.execCommand(step)
  return true
}
