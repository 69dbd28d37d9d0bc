import type { Interval } from '../../main/contract/ids.ts'
import {
  fewestAnswered,
  fewestForForeign,
  fewestToTemper,
  wantedRight,
  widestToTell,
  type AnswerStep,
  type Calibration,
  type ForeignCheck,
  type SuggestedThreshold,
  type Sureness,
  type SurenessBin,
  type Tempering,
} from '../../main/contract/sureness.ts'
import { countOf, countText, percentText } from './numbers.ts'

/** Words of how sure a run is, and of what comes of not answering where it is less sure. */
export const surenessWords = {
  title: 'How sure it is',
  sub: 'What its percentages are worth (calibration), and from which one on it should answer (threshold)',
  none: 'There is no test photo to tell it from.',
  said: saidText,
  error: ({ error, verdict }: Calibration) =>
    `Expected calibration error ${percentText(error)} in ten bins (Guo et al. 2017)${verdict === 'too few' ? ', which so few photos make too large' : ''}`,
  errorHint:
    'The gap between how sure it was and how often it was right, averaged over the test photos. With few photos it comes out too large.',
  bin: binText,
  binExact: ({ right, verdict }: SurenessBin) => `${ofHundred(right.accuracy)} of 100, ${rangeText(right)}${notes[verdict]}`,
  plot: 'How often it was right, by how sure it was',
  axisSaid: 'how sure it was',
  axisRight: 'how often right',
  diagonal:
    'On the dashed line it is right as often as it says. The line through a dot is its 95 % interval; rings have too few photos to tell.',
  threshold: 'When to answer',
  atLeast: (percent: number) => (percent === 0 ? 'Always answer' : `Answer only when it is at least ${percent} % sure`),
  outcome: outcomeText,
  outcomeExact: ({ answered, right }: AnswerStep) =>
    `${countText(count(answered))} of ${countOf(answered.n, 'test photo')} answered (coverage ${percentText(answered.accuracy)})` +
    (right === null ? '' : `, ${countText(count(right))} of these right (${exactText(right)})`),
  suggested: suggestedText,
  take: (percent: number) => (percent === 0 ? 'Always answer' : `Take ${percent} %`),
  kept: (percent: number) =>
    percent === 0
      ? 'Now it always answers, whatever it is shown.'
      : `Now it answers only when it is at least ${percent} % sure. Below that it says none of these: in Try, on the command line and in new exports.`,
  keep: (percent: number) => (percent === 0 ? 'Always answer from now on' : `Use ${percent} % from now on`),
  ofClass: 'Of 100 photos of each class, when it may decline',
  className: 'Class',
  noAnswer: 'No answer',
  noAnswerTerm: 'none of these',
  noAnswerHint: 'It is less sure than asked for, and says none of these',
  missed: 'Missed',
  missedExact: ({ missed }: AnswerStep) => `${ofHundred(missed.accuracy)} of 100, ${rangeText(missed)}`,
  missedTerm: 'no answer, or a wrong one',
  counted: 'Test photos',
  mostMissed: (classes: number) => `Only the ${countText(classes)} missed most`,
  share: (share: number) => `${ofHundred(share)} of 100`,
} as const

/** Words of what became of a run's percentages after its training. */
export const temperingWords = {
  said: temperingText,
  worth: ({ asTrained, now }: NonNullable<Sureness['worth']>) =>
    `On the test photos: calibration error ${percentText(asTrained.error)} as trained, ${percentText(now.error)} now; log loss ${asTrained.loss.toFixed(3)} as trained, ${now.loss.toFixed(3)} now.`,
  change: ({ state }: Tempering) => (state === 'never' ? 'Set its percentages right' : 'Back to as trained'),
  hint: 'Its answers stay the same. Its percentages change: here, in Try, on the command line and in new exports. A threshold that it has goes back to always answering.',
} as const

/** Words of how a run refuses photos that are unlike all it has learned from. */
export const foreignWords = {
  title: 'Photos of something else',
  off: 'A photo of something that is none of its classes can be answered with much certainty. It can say none of these of photos that are unlike any it has learned from.',
  on: ({ ofHundred, photos, test }: ForeignCheck) =>
    `It says none of these of photos that are unlike any it has learned from, in Try and on the command line; exports do not carry this. The limit lets about ${ofHundred} of 100 photos of its classes be refused with them (${countText(photos)} validation photos)${test === null ? '' : `; of the test photos it refuses ${countText(count(test))} of ${countText(test.n)} (${rangeText(test)} of 100)`}.`,
  ofHundred: 'Of 100 photos of its classes, how many may be refused with them',
  refuse: 'Refuse foreign photos',
  accept: 'Answer them again',
  ownNetwork: 'Not for this run: it has trained its own network, for which no features of photos are kept.',
  tooFew: (photos: number) =>
    `That takes at least ${fewestForForeign} validation photos, and there ${photos === 1 ? 'is' : 'are'} ${countText(photos)}.`,
} as const

const notes = { 'too sure': ': too sure', 'too careful': ': too careful', fits: '', 'too few': ': too few to tell' } as const

const ofHundred = (share: number): number => Math.round(100 * share)
const count = ({ accuracy, n }: Interval): number => Math.round(accuracy * n)
const rangeText = ({ low, high }: Interval): string => `${ofHundred(low)} to ${ofHundred(high)}`
const exactText = ({ accuracy, low, high }: Interval): string =>
  `${percentText(accuracy)}, 95 % interval ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)}`

/** Of all test photos: what it says, what is so, and what that means. */
function saidText({ said, right, verdict }: Calibration): string {
  const facts = `It is ${percentText(said, 0)} sure on average and right on ${ofHundred(right.accuracy)} of 100 (${rangeText(right)})`
  switch (verdict) {
    case 'too sure':
      return `${facts}: too sure of itself.`
    case 'too careful':
      return `${facts}: right more often than it says.`
    case 'fits':
      return `${facts}: on the whole as sure as it should be.`
    case 'too few':
      return `${facts}: ${countOf(right.n, 'test photo')} ${right.n === 1 ? 'is' : 'are'} too few to tell whether it says too much.`
    default:
      return verdict satisfies never
  }
}

function temperingText(tempering: Tempering): string {
  switch (tempering.state) {
    case 'never':
      return 'Its percentages are as they were trained (no temperature scaling).'
    case 'too few':
      return `Its percentages are as they were trained: to set them right (temperature scaling) takes at least ${fewestToTemper} validation photos, and there ${tempering.photos === 1 ? 'is' : 'are'} ${countText(tempering.photos)}.`
    case 'fits':
      return `Its percentages are as they were trained: on the ${countText(tempering.photos)} validation photos no others fit better for certain (temperature scaling).`
    case 'tempered':
      return `Its percentages were made ${tempering.temperature > 1 ? 'less sure' : 'surer'} than trained, as the ${countText(tempering.photos)} validation photos asked for (temperature ${tempering.temperature.toFixed(2)}, Guo et al. 2017). Its answers are the same.`
    default:
      return tempering satisfies never
  }
}

function binText({ low, high, right }: SurenessBin): string {
  const range = `${ofHundred(low)} to ${ofHundred(high)} % sure`
  const correct = count(right)
  if (right.n === 1) return `The one photo about which it was ${range}: ${correct === 1 ? 'right' : 'wrong'}`
  const said = correct === 0 ? 'none was' : correct === right.n ? 'all were' : `${countText(correct)} ${correct === 1 ? 'was' : 'were'}`
  return `Of ${countText(right.n)} photos about which it was ${range}, ${said} right`
}

/** Of 100 new photos: those that get an answer, those that get the right one, and the others. Natural frequencies, as in `frequencies`. */
function outcomeText({ answered, right }: AnswerStep): string {
  if (right === null) return 'It answers none of the test photos: nothing can be told of its answers.'
  const of = (share: number): number => ofHundred(share * answered.accuracy)
  const all = ofHundred(answered.accuracy)
  const answers = answered.accuracy === 1 ? 'all' : all === 100 ? 'nearly all' : all === 0 ? 'fewer than one' : `about ${all}`
  const [low, high] = [of(right.low), of(right.high)]
  const range = low === high ? '' : `, somewhere from ${low} to ${high}`
  const correct = of(right.accuracy) === all && all > 0 ? 'nearly all' : `about ${of(right.accuracy)}`
  const isOpen = right.high - right.low > widestToTell
  const few = isOpen ? ` ${countOf(right.n, 'answered test photo')} ${right.n === 1 ? 'is' : 'are'} too few to tell.` : ''
  const declined = all === 100 ? '' : ` ${100 - all} get no answer (none of these).`
  return `Of 100 new photos it answers ${answers}; of these ${correct} are right${range}.${declined}${few}`
}

const wanted = `${ofHundred(wantedRight)} of 100`

/** Which threshold to take and why; the validation photos choose it, so that the numbers of the test photos stay what to expect. */
function suggestedText(suggested: SuggestedThreshold): string {
  switch (suggested.state) {
    case 'found': {
      const counted = `${countText(count(suggested.right))} of ${countText(suggested.right.n)} validation photos`
      return suggested.percent === 0
        ? `No threshold is needed for ${wanted} right answers: it answers ${counted} right. The test photos had no say in this.`
        : `Suggested: ${suggested.percent} %, the lowest at which ${wanted} answers are right (${counted}). The test photos had no say in it.`
    }
    case 'too few':
      return `No threshold is suggested: that takes at least ${fewestAnswered} validation photos, and there ${suggested.photos === 1 ? 'is' : 'are'} ${countText(suggested.photos)}.`
    case 'none':
      return `No threshold is suggested: at none were ${wanted} answers right on the ${countText(suggested.photos)} validation photos, of ${fewestAnswered} answers at least.`
    default:
      return suggested satisfies never
  }
}
