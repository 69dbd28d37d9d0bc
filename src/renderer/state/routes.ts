import { ImageFilter } from '../../main/contract/images.ts'
import { ImageHash, RunId } from '../../main/contract/ids.ts'
import { isCheckTab, type CheckTab } from './check-tabs.ts'

/** What a link to photos asks for; the same as the studio is asked for. */
export type PlaceFilter = { readonly [Part in keyof ImageFilter]?: ImageFilter[Part] | undefined }

/** Where the person is. Every place has an address of its own, which survives a reload and can be kept as a bookmark. */
export type Place =
  /** Without a filter: what was shown last. `photo`: the hash of the one that is looked at, over the others. */
  | { readonly page: 'photos'; readonly filter?: PlaceFilter | undefined; readonly photo?: string }
  | { readonly page: 'label' }
  /** `tab`: what is checked; the first tab where none is named. */
  | { readonly page: 'check'; readonly tab?: CheckTab }
  /** `run`: the one that is watched; the newest where none is named. The same for the run that answers in Try and the one to export. */
  | { readonly page: 'train'; readonly run?: string }
  /** `at`: the part of it that comes into sight. */
  | { readonly page: 'run'; readonly run: string; readonly at?: 'mistakes' }
  /** `runs`: those laid side by side, in their order; none: the table alone. */
  | { readonly page: 'compare'; readonly runs: readonly string[] }
  | { readonly page: 'try'; readonly run?: string }
  | { readonly page: 'export'; readonly run?: string }
  | { readonly page: 'settings' }
export type Page = Place['page']

/** Runs that can be laid side by side: as many as their curves can be asked for at once. */
export const comparedAtMost = 50

/** The route of a place, for the address after its `#`: `/run/k3v9x2ma`, `/compare/a,b`, `/photos?class=3&name=robin`, `/photos/HASH`. */
export function routeOf(place: Place): string {
  switch (place.page) {
    case 'photos': {
      const query = place.filter === undefined ? '' : queryOf(place.filter)
      const path = place.photo === undefined ? '/photos' : `/photos/${place.photo}`
      return query === '' ? path : `${path}?${query}`
    }
    case 'run':
      return `/run/${encodeURIComponent(place.run)}${place.at === undefined ? '' : `?at=${place.at}`}`
    case 'compare':
      return place.runs.length === 0 ? '/compare' : `/compare/${place.runs.map(encodeURIComponent).join(',')}`
    case 'train':
    case 'try':
    case 'export':
      return place.run === undefined ? `/${place.page}` : `/${place.page}/${encodeURIComponent(place.run)}`
    case 'check':
      return place.tab === undefined ? '/check' : `/check/${place.tab}`
    case 'label':
    case 'settings':
      return `/${place.page}`
    default:
      return place satisfies never
  }
}

/** The place of a route; null where there is no such place. A filter that is not understood is left out. Never throws. */
export function placeOfRoute(route: string): Place | null {
  const at = route.indexOf('?')
  const path = at === -1 ? route : route.slice(0, at)
  const [empty, page, argument = '', ...more] = path.split('/')
  if (empty !== '' || more.length > 0) return null
  if (page === 'photos') return photosOf(argument, at === -1 ? null : filterOf(new URLSearchParams(route.slice(at))))
  if (page === 'check') return argument === '' ? { page } : isCheckTab(argument) ? { page, tab: argument } : null
  const names = argument === '' ? [] : argument.split(',').map(runIdOf)
  const runs = names.filter((name) => name !== null)
  if (runs.length < names.length) return null
  const [run] = runs
  switch (page) {
    case 'label':
    case 'settings':
      return argument === '' ? { page } : null
    case 'run':
      if (run === undefined || runs.length > 1) return null
      return new URLSearchParams(at === -1 ? '' : route.slice(at)).get('at') === 'mistakes' ? { page, run, at: 'mistakes' } : { page, run }
    case 'compare':
      return { page, runs: [...new Set(runs)].slice(0, comparedAtMost) }
    case 'train':
    case 'try':
    case 'export':
      if (runs.length > 1) return null
      return run === undefined ? { page } : { page, run }
    default:
      return null
  }
}

function photosOf(photo: string, filter: PlaceFilter | null): Place | null {
  if (photo !== '' && !ImageHash.safeParse(photo).success) return null
  return { page: 'photos', ...(filter === null ? {} : { filter }), ...(photo === '' ? {} : { photo }) }
}

function runIdOf(text: string): string | null {
  try {
    const parsed = RunId.safeParse(decodeURIComponent(text))
    return parsed.success ? parsed.data : null
  } catch (thrown) {
    // An address that somebody typed may hold a lone percent sign.
    if (thrown instanceof URIError) return null
    throw thrown
  }
}

function queryOf({ class: ofClass, name, trashed, part, shortSidePx, flaw, noted, similarTo, chosen, suggested }: PlaceFilter): string {
  const query = new URLSearchParams()
  if (similarTo !== undefined) query.set('like', similarTo)
  if (chosen !== undefined) query.set('chosen', chosen)
  if (suggested !== undefined) query.set('looks', String(suggested))
  if (ofClass !== undefined) query.set('class', String(ofClass))
  if (name !== undefined && name !== '') query.set('name', name)
  if (trashed === true) query.set('trash', '1')
  if (noted === true) query.set('noted', '1')
  if (flaw !== undefined) query.set('flaw', flaw)
  if (part !== undefined) query.set('part', `${part.part}:${part.run}`)
  if (shortSidePx?.min !== undefined) query.set('min', String(shortSidePx.min))
  if (shortSidePx?.max !== undefined) query.set('max', String(shortSidePx.max))
  return query.toString()
}

function filterOf(query: URLSearchParams): PlaceFilter | null {
  const [ofClass, name, part, min, max, like, flaw] = ['class', 'name', 'part', 'min', 'max', 'like', 'flaw'].map((key) => query.get(key))
  const side = {
    ...(typeof min === 'string' ? { min: Number(min) } : {}),
    ...(typeof max === 'string' ? { max: Number(max) } : {}),
  }
  const colon = part?.indexOf(':') ?? -1
  const looks = query.get('looks')
  const parsed = ImageFilter.partial().safeParse({
    ...(typeof ofClass === 'string' ? { class: ofClass === 'unlabelled' ? ofClass : Number(ofClass) } : {}),
    ...(typeof name === 'string' ? { name } : {}),
    ...(query.get('trash') === '1' ? { trashed: true } : {}),
    ...(query.get('noted') === '1' ? { noted: true } : {}),
    ...(typeof part === 'string' ? { part: { part: part.slice(0, colon), run: part.slice(colon + 1) } } : {}),
    ...(typeof flaw === 'string' ? { flaw } : {}),
    ...(typeof like === 'string' ? { similarTo: like } : {}),
    ...(query.has('chosen') ? { chosen: query.get('chosen') ?? '' } : {}),
    ...(looks === null ? {} : { suggested: looks === 'useful' ? looks : Number(looks) }),
    ...(Object.keys(side).length > 0 ? { shortSidePx: side } : {}),
  })
  return parsed.success ? parsed.data : null
}
