import type { WatchedFolder } from '../../main/contract/watching.ts'
import { countOf } from './numbers.ts'

/** Words for folders out of which photos come in by themselves. */
export const watchingWords = {
  add: 'Watch a folder…',
  addHint: 'Photos that are put into it later come in by themselves',
  addTitle: 'Watch a folder',
  addThis: 'Watch this folder',
  name: 'Watched folders',
  hint: 'Photos that are put into them come in by themselves while this project is open. Photos that you move to the trash stay there.',
  fromFolders: 'Folders inside name the classes',
  fromFoldersOf: (path: string) => `Folders inside ${path} name the classes`,
  pause: 'Pause',
  pauseOf: (path: string) => `Pause ${path}`,
  resume: 'Go on',
  resumeOf: (path: string) => `Go on with ${path}`,
  remove: 'Stop watching',
  removeOf: (path: string) => `Stop watching ${path}`,
  state: ({ state, images }: WatchedFolder): string => {
    switch (state) {
      case 'watching':
        return images === 0 ? 'Nothing new yet' : `${countOf(images, 'photo')} came in since the project was opened`
      case 'paused':
        return 'Paused'
      case 'gone':
        return 'Not there now; goes on when it is back'
      case 'denied':
        return 'May not be read now; goes on when it may'
      default:
        return state satisfies never
    }
  },
  begun: (path: string) => `Photos that are put into ${path} come in by themselves.`,
  isBack: (path: string) => `${path} is watched again.`,
  show: 'Show',
} as const
