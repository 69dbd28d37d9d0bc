import { countOf, countText } from './numbers.ts'

/** Words of the map of photos. */
export const mapWords = {
  canvas: (photos: number) =>
    `Map of ${countOf(photos, 'photo')}. Arrows go from photo to photo, Space chooses the photo with those around it, Enter opens it.`,
  legend: 'Classes on the map',
  hint: 'Photos that look alike to the network lie close together. Draw around some to choose them; turn the wheel to come closer and see them.',
  noPhoto: 'Point at a dot to see its photo.',
  show: 'Show in Photos',
  make: 'Make the map',
  makeAgain: 'Make it again',
  making: 'The map is being made…',
  emptyTitle: 'See all photos at once',
  emptyText:
    'A map puts photos that look alike to the network close together: groups you had not seen, photos in the wrong class, and those that are like no other.',
  stale: ({
    missing,
    isSample,
    isOfOtherNetwork,
    photos,
  }: {
    missing: number
    isSample: boolean
    isOfOtherNetwork: boolean
    photos: number
  }) => {
    if (isOfOtherNetwork) return 'It was made with another starting network than you use now.'
    if (isSample) return `It shows ${countText(photos)} of ${countText(photos + missing)} photos, drawn evenly.`
    return missing === 0 ? null : `${countOf(missing, 'photo')} ${missing === 1 ? 'was' : 'were'} added since it was made.`
  },
} as const
