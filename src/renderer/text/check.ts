import type { ClassBalance, ClassCount } from '../../main/contract/health.ts'
import type { PhotoFlaw } from '../../main/contract/images.ts'
import { countOf, countText } from './numbers.ts'

/** Words of the page that finds what is wrong with the data. */
export const checkWords = {
  tabList: 'What to check',
  tabs: { health: 'Health', 'look-alikes': 'Look-alikes', labels: 'Wrong labels', map: 'Map' },
  command: {
    health: 'Check the health of the photos',
    'look-alikes': 'Look through photos that look alike',
    labels: 'Look for wrong labels',
    map: 'See all photos on a map',
  },
  emptyTitle: 'Photos first',
  emptyText:
    'Here you will see whether there are enough photos of each class, and which of them a network would learn little or wrong from.',
  flawLabel: 'What is wrong with them',
  anyFlaw: 'Any',
  fine: 'It is fine',
  fineHint: 'Not shown here again; undo takes it back',
  isFine: 'You said that it is fine',
  notFine: 'Not fine after all',
  photos: {
    title: 'Photos that a network learns little from',
    sub: 'A few of these do no harm. Many of one class do: then it learns the fault instead of the class.',
    none: 'None of them is blurred, too dark, too bright, tiny or of an odd shape.',
    show: (count: number) => (count === 1 ? 'Show it' : `Show all ${countText(count)}`),
    fine: (count: number) =>
      `${countOf(count, 'photo')} of which you said that ${count === 1 ? 'it is' : 'they are'} fine ${count === 1 ? 'is' : 'are'} left out.`,
    unmeasured: (count: number) =>
      `${countOf(count, 'photo')} ${count === 1 ? 'was' : 'were'} added by an earlier version and ${count === 1 ? 'is' : 'are'} not checked yet.`,
    measure: 'Check them',
    measuring: 'They are being checked now.',
  },
  balance: {
    title: 'How many photos each class has',
    sub: (labelled: number, classes: number) =>
      labelled === 0
        ? 'No photo has a class yet'
        : `${countOf(labelled, 'photo')} in ${countOf(classes, 'class', 'classes')} (class balance)`,
    className: 'Class',
    photos: 'Photos',
    enough: 'Whether they are enough',
    show: (name: string) => `Show the photos of ${name}`,
    said: balanceSaid,
    note: classNote,
    unlabelled: (count: number) => `${countOf(count, 'photo')} without a class: ${count === 1 ? 'it is' : 'they are'} not learned from.`,
    label: 'Label them',
  },
} as const

/** How uneven the classes are and what that means, a sentence each. None where there are fewer than two to compare. */
function balanceSaid({ classes, spread }: ClassBalance): readonly string[] {
  if (spread === null) return []
  const nameOf = (wanted: number): string => classes.find(({ id }) => id === wanted)?.name ?? ''
  const [largest, smallest] = [nameOf(spread.largest), nameOf(spread.smallest)]
  const share = Math.round(100 * spread.largestShare)
  const right = share === 100 ? 'nearly all photos' : `${share} of 100 photos`
  const always = `A network that always answers ${largest} would be right for ${right}: learning shows only above that.`
  const times = `For each photo of ${smallest} there are ${ratioText(spread.ratio)} of ${largest}.`
  switch (spread.evenness) {
    case 'even':
      return ['The classes have about the same number of photos.', always]
    case 'slightly-uneven':
      return [`A little uneven, which seldom hurts. ${times}`, always]
    case 'uneven':
      return [`Uneven. ${times} ${smallest} may be answered too seldom: more photos of it help most.`, always]
    case 'very-uneven':
      return [`Very uneven. ${times} ${smallest} will hardly be answered: add photos of it before you train.`, always]
    default:
      return spread.evenness satisfies never
  }
}

function ratioText(ratio: number): string {
  return ratio < 9.95 ? ratio.toFixed(1) : countText(ratio)
}

/** Whether the photos of a class are enough, and how many are missing. */
function classNote({ images, different, tooFewTo, testImages, provesAtLeast }: ClassCount, fewest: ClassBalance['fewest']): string {
  const look = different < images ? ` that look different, of ${countText(images)}` : ''
  switch (tooFewTo) {
    case 'train':
      return different === 0
        ? `None yet: training needs at least ${fewest.train}`
        : `Too few to train: ${countText(different)}${look}; at least ${fewest.train} are needed`
    case 'measure':
      return `Training can start, few to know how good it is: ${testWords(testImages, provesAtLeast, 'only ')}. ${countText(fewest.measure)} photos prove more`
    case null:
      return `Enough: ${testWords(testImages, provesAtLeast, '')}`
    default:
      return tooFewTo satisfies never
  }
}

/** What the photos that a split keeps aside for the test can prove at most. */
function testWords(testImages: number, provesAtLeast: number, only: '' | 'only '): string {
  const proved = Math.floor(100 * provesAtLeast)
  if (testImages === 0) return 'hardly one is kept for the test'
  if (testImages === 1) return `about 1 photo is kept for the test, and that one right proves ${only}${proved} of 100 right`
  return `about ${countText(testImages)} photos are kept for the test, and all of them right would prove ${only}${proved} of 100 right`
}

/** What can be wrong with a photo: its name, what it is for a network, and the term of engineers. */
export const flawWords: Readonly<Record<PhotoFlaw, { readonly name: string; readonly term: string; readonly why: string }>> = {
  blurred: {
    name: 'Blurred',
    term: 'out of focus or moved',
    why: 'Fur, grain and edges are gone, and the network learns from what is left. Sharp things before a plain ground may be among them.',
  },
  dark: { name: 'Too dark', term: 'under-exposed', why: 'Hardly anything in it is bright: its shapes and colours drown.' },
  bright: { name: 'Too bright', term: 'over-exposed', why: 'Much of its middle is plain white: there is nothing left to see there.' },
  tiny: {
    name: 'Tiny',
    term: 'short side below 112 px',
    why: 'It is enlarged before the network looks at it, which shows blocks instead of details.',
  },
  long: {
    name: 'Long and narrow',
    term: 'aspect ratio from 2.5 : 1',
    why: 'The network looks at the square in the middle: most of such a photo is not in it.',
  },
}
/** In the order in which they are shown. */
export const photoFlaws: readonly PhotoFlaw[] = ['blurred', 'dark', 'bright', 'tiny', 'long']
