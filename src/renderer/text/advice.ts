import type { Advice, BackboneScore } from '../../main/contract/adviser.ts'
import { agoText, countOf, countText, frequencies, fewNames } from './numbers.ts'

/** Words of which starting network suits the photos. */
export const adviceWords = {
  begin: 'Which suits my photos?',
  beginHint: 'Every starting network looks at some hundred of your photos; the one whose view tells your classes apart best is named',
  again: 'Compare again',
  running: 'The starting networks look at your photos.',
  /** Beside a network. */
  right: ({ probe }: BackboneScore) => `On your photos about ${Math.round(100 * probe.accuracy)} of 100 right.`,
  rightHint: ({ probe, neighbours, logEvidence }: BackboneScore) =>
    `Linear probe on photos that it had not learned from: ${frequencies(probe, 'labelled').exact}. Nearest neighbours: ${frequencies(neighbours, 'labelled').exact}. LogME ${logEvidence.toFixed(3)}`,
  said: adviceSaid,
  from: ({ atMs, images, labelsSince }: Advice, nowMs: number) =>
    `${countOf(images, 'photo')}, ${agoText(atMs, nowMs)}${labelsSince === 0 ? '' : `, ${countOf(labelsSince, 'label')} since`}`,
} as const

/** Below this the probes of two networks differ for certain. */
const certain = 0.05
/** A network that is this many times as fast is named although it is right as often. */
const worthNaming = 1.5

/** Which network to take, and how certain that is. `nameOf`: the plain name of a network. */
function adviceSaid({ scores }: Pick<Advice, 'scores'>, nameOf: (id: string) => string): string {
  const [best, ...others] = scores
  if (best === undefined) return ''
  const about = `about ${Math.round(100 * best.probe.accuracy)} of 100`
  if (others.length === 0) return `${nameOf(best.backbone)} should get ${about} right.`
  const equal = others.filter(({ p }) => p !== null && p >= certain)
  if (equal.length === 0) return `${nameOf(best.backbone)} suits your photos best: ${about} right, and the others certainly fewer.`
  const names = fewNames(equal.map(({ backbone }) => nameOf(backbone)))
  const fastest = [best, ...equal].toSorted((a, b) => (b.photosPerSecond ?? 0) - (a.photosPerSecond ?? 0))[0]
  const times = fastest === undefined || best.photosPerSecond === null ? 1 : (fastest.photosPerSecond ?? 0) / best.photosPerSecond
  const faster = fastest !== undefined && times >= worthNaming ? ` ${nameOf(fastest.backbone)} is ${timesText(times)} times as fast.` : ''
  return `${nameOf(best.backbone)} gets most right, ${about}; that ${names} ${equal.length === 1 ? 'is' : 'are'} worse is not certain.${faster}`
}

function timesText(times: number): string {
  return times < 9.95 ? times.toFixed(1) : countText(times)
}
