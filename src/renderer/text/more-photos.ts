import type { GainForecast, LearningCurve } from '../../main/contract/learning-curve.ts'
import { agoText, countOf, countText, fewNames } from './numbers.ts'

/** Words of what more photos should bring. */
export const morePhotosWords = {
  title: 'How many more photos?',
  sub: 'What photos that you would add should bring (learning curve)',
  beginText:
    'Graft learns from a quarter, half and three quarters of your photos, and sees how often each is right. That tells what more of them would bring, class by class.',
  begin: 'Find out',
  again: 'Find out again',
  tooFew: (needed: number) =>
    `That can be told once two classes have ${countText(needed)} labelled photos each that are not nearly the same.`,
  className: 'Class',
  now: 'Right now',
  nowOf: (now: number) => `${ofHundred(now)} of 100`,
  more: (more: number) => `${countText(more)} more should bring`,
  twice: twiceSaid,
  gain: gainText,
  mark: (gain: GainForecast) => `${ofHundred(gain.now)} of 100 right now, then ${ofHundred(gain.now + gain.gain)}`,
  from: ({ atMs, labelsSince }: LearningCurve, nowMs: number) =>
    `From ${agoText(atMs, nowMs)}${labelsSince === 0 ? '' : `, ${countOf(labelsSince, 'label')} since`}`,
  leftOut: (names: readonly string[], needed: number) =>
    `${fewNames(names)} ${names.length === 1 ? 'has' : 'have'} fewer than ${countText(needed)} photos that are not nearly the same, too few to tell.`,
  notFollowed: (count: number) =>
    `${countOf(count, 'class', 'classes')} that ${count === 1 ? 'is' : 'are'} right more often ${count === 1 ? 'is' : 'are'} not listed.`,
} as const

const ofHundred = (share: number): number => Math.round(100 * share)

/** Points of 100: `3 more of 100 (1 to 5)`; nothing to speak of: `hardly anything (0 to 1)`. Less than none is not promised. */
function gainText({ gain, low, high }: GainForecast): string {
  const [points, least, most] = [gain, low, high].map((share) => Math.max(0, ofHundred(share))) as [number, number, number]
  const range = least === most ? '' : ` (${least} to ${most})`
  return points === 0 ? `hardly anything${range}` : `${points} more of 100${range}`
}

/** All classes together. */
function twiceSaid(all: GainForecast): string {
  const [now, then] = [ofHundred(all.now), ofHundred(all.now + all.gain)]
  const twice = `With twice as many photos of every class`
  if (then === now) return `${twice} hardly more would be right: about ${now} of 100 new photos, as now.`
  return `${twice}, about ${then} of 100 new photos would be right instead of ${now}: ${gainText(all).replace(' of 100', '')}.`
}
