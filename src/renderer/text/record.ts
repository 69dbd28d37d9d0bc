import { countOf } from './numbers.ts'

/** Words for recording photos of a class with the camera. */
export const recordWords = {
  menu: 'Record with the camera…',
  add: 'With the camera',
  title: 'Record with the camera',
  which: 'Class of the photos',
  noClass: 'Add a class first: the photos get it.',
  hold: 'Hold to record',
  recording: (count: number) => `Recording: ${countOf(count, 'photo')}`,
  spaceHint: 'or hold the space bar; four photos a second',
  advice:
    'Record each class several times, five or more, turned, nearer, farther and before something else. The photos of one take look alike, so they stay together when photos are kept aside for the test.',
  takes: 'What was recorded',
  take: (name: string, count: number) => `${name}: ${countOf(count, 'photo')}`,
  saving: 'being saved',
  saved: 'in the project',
  removeTake: 'Move the take to the trash',
  removePhoto: (number: number) => `Move photo ${number} to the trash`,
  photo: (number: number) => `Photo ${number}`,
  still: 'The picture does not change, so no further photo is taken.',
  done: 'Done',
} as const
