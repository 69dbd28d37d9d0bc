import type { Image } from '../../main/contract/images.ts'
import type { LookAlikeGroup, LookAlikeKind } from '../../main/contract/look-alikes.ts'
import { countOf, countText } from './numbers.ts'

/** Words of the tab for photos that look alike. */
export const lookAlikeWords = {
  kindLabel: 'Which groups',
  kind: (kind: LookAlikeKind, groups: number) => `${kind === 'sure' ? 'Look alike' : 'Perhaps the same'} ${countText(groups)}`,
  kindHint: {
    sure: 'Nearly the same picture, or taken within seconds. All of a group are learned from, or all are kept for the test.',
    perhaps: 'The network finds them very similar. They are not kept together until you say which one to keep.',
  },
  keepBestOfAll: ({ groups, images }: { groups: number; images: number }) =>
    `${groups === 1 ? 'Keep the best' : `Keep the ${countText(groups)} best`}, move ${countText(images - groups)} to the trash`,
  keepBestOfAllTitle: 'The best of each group stays; the others can be brought back from the trash',
  keepBest: 'Keep the best',
  keepAll: 'Keep all',
  keepBestTitle: (images: number) =>
    `Keep the marked photo, move ${images === 2 ? 'the other one' : `the other ${countText(images - 1)}`} to the trash (B)`,
  keepAllTitle: 'Keep all and show this group no more, unless another photo joins it (A)',
  keys: [
    ['B', 'the best'],
    ['K', 'this one'],
    ['A', 'all'],
  ],
  keep: 'Keep',
  othersGo: 'The others go to the trash.',
  grid: 'Groups of photos that look alike',
  group: (group: LookAlikeGroup) => `${countOf(group.images.length, 'photo')}: ${reasonsOf(group)}`,
  reason: reasonsOf,
  classes: classesOf,
  best: 'Best',
  photo: (image: Image, className: string | null, isBest: boolean) =>
    // What is seen on the photo comes first, as it stands there.
    `${isBest ? 'Best ' : ''}${sizeOf(image)}, ${image.name}, ${className ?? 'unlabelled'}`,
  size: sizeOf,
  more: (images: number) => `and ${countText(images)} more`,
  moreGroups: (groups: number) => `Show ${countOf(groups, 'more group')}`,
  neverCompared: 'So far only nearly identical pictures are found. The network also finds crops, mirrored and retouched ones.',
  compared: (atMs: number, added: number) =>
    added === 0
      ? `Compared by the network on ${dateText(atMs)}.`
      : `Compared by the network on ${dateText(atMs)}; ${countOf(added, 'photo')} ${added === 1 ? 'was' : 'were'} added since.`,
  compare: 'Compare all photos',
  compareAgain: 'Compare all again',
  emptyTitle: { sure: 'No photos look alike', perhaps: 'Nothing left to look at' },
  emptyText: {
    sure: 'Pictures that are nearly the same, and photos of one burst, will be here in groups, to keep the best of each.',
    perhaps: 'Photos that the network finds very similar will be here, to be looked at by you.',
  },
} as const

function dateText(atMs: number): string {
  return new Date(atMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
}

function reasonsOf({ reasons, burstSeconds }: LookAlikeGroup): string {
  return reasons
    .map((reason) => {
      switch (reason) {
        case 'same':
          return 'nearly the same picture'
        case 'burst':
          return `taken within ${countOf(Math.max(1, Math.ceil(burstSeconds ?? 1)), 'second')}`
        case 'perhaps':
          return 'perhaps the same'
        default:
          return reason satisfies never
      }
    })
    .join(', ')
}

/** What the photos of a group are called, where that differs: `2 are called cat, 1 dog`. Null where they agree. */
function classesOf({ images }: LookAlikeGroup, nameOf: (classId: number) => string): string | null {
  const counts = new Map<string | null, number>()
  for (const { classId } of images) {
    const name = classId === null ? null : nameOf(classId)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const named = [...counts].filter(([name]) => name !== null).toSorted(([, one], [, other]) => other - one)
  if (named.length < 2) return null
  const said = named.map(
    ([name, count], place) => `${countText(count)} ${place === 0 ? (count === 1 ? 'is called ' : 'are called ') : ''}${name}`,
  )
  const without = counts.get(null)
  return [...said, ...(without === undefined ? [] : [`${countText(without)} without a class`])].join(', ')
}

function sizeOf({ widthPx, heightPx }: Image): string {
  return `${countText(widthPx)} × ${countText(heightPx)}`
}
