import type { Part } from '../../main/contract/ids.ts'
import type { ImageFilter, ImageOrder, PhotoFlaw } from '../../main/contract/images.ts'
import type { PlaceFilter } from './routes.ts'

/** Bounds of the short side of a photo, px, both included; null: no bound. */
export interface SideBounds {
  readonly min: number | null
  readonly max: number | null
}

/** Which photos are shown, as a person chooses them. */
export interface PhotoFilter {
  readonly kind: 'all' | 'unlabelled' | 'class' | 'trash'
  /** Null unless `kind` is `class`. */
  readonly classId: number | null
  /** Part of a file name; empty: any. */
  readonly name: string
  /** Photos of one part of a run's split; absent or null: any. */
  readonly part?: { readonly run: string; readonly part: Part } | null
  /** Absent or null: any size. */
  readonly side?: SideBounds | null
  /** Only those with a note; absent: all. */
  readonly noted?: true
  /** Only those with this fault; absent or null: all. */
  readonly flaw?: PhotoFlaw | null
  /** The hash of a photo: those that look like it, the most similar first. Absent or null: any. */
  readonly similarTo?: string | null
  /** Photos that were chosen on the map, by the name of the choice. */
  readonly chosen?: string
  /** Unlabelled photos that look like this class to Graft, or that teach most. Absent or null: any. */
  readonly suggested?: ImageFilter['suggested'] | null
}
export const everyPhoto: PhotoFilter = { kind: 'all', classId: null, name: '', part: null, side: null, flaw: null, similarTo: null }

/** What of a filter narrows the photos down, each of which a person can take away by itself. */
export type FilterPiece =
  'similar' | 'suggested' | 'chosen' | 'unlabelled' | 'class' | 'trash' | 'part' | 'side' | 'flaw' | 'noted' | 'name'

export const importOrder: ImageOrder = { by: 'imported', descending: false }
/** The photo that looks most like a class first, or the one that teaches most. */
export const surestOrder: ImageOrder = { by: 'suggestion', descending: true }

/** The filter as the studio is asked. */
export function photoQuery(filter: PhotoFilter): ImageFilter {
  const { kind, classId, part, side, flaw, similarTo, suggested } = filter
  const name = filter.name.trim()
  return {
    trashed: kind === 'trash',
    ...(kind === 'unlabelled' ? { class: 'unlabelled' as const } : {}),
    ...(kind === 'class' && classId !== null ? { class: classId } : {}),
    ...(name === '' ? {} : { name }),
    ...(filter.noted === true ? { noted: true as const } : {}),
    ...(flaw == null ? {} : { flaw }),
    ...(part == null ? {} : { part: { ...part } }),
    ...(similarTo == null ? {} : { similarTo }),
    ...(filter.chosen === undefined ? {} : { chosen: filter.chosen }),
    ...(suggested == null ? {} : { suggested }),
    ...(side == null || isUnbounded(side)
      ? {}
      : { shortSidePx: { ...(side.min === null ? {} : { min: side.min }), ...(side.max === null ? {} : { max: side.max }) } }),
  }
}

/** The filter of a link, which may name less than all. */
export function filterOfPlace(place: PlaceFilter): PhotoFilter {
  const { class: ofClass, name = '', trashed, part, shortSidePx, flaw, noted, similarTo, suggested } = place
  const classId = typeof ofClass === 'number' ? ofClass : null
  const kind = trashed === true ? 'trash' : ofClass === 'unlabelled' ? 'unlabelled' : classId === null ? 'all' : 'class'
  const side = shortSidePx === undefined ? null : { min: shortSidePx.min ?? null, max: shortSidePx.max ?? null }
  return {
    kind,
    classId: kind === 'class' ? classId : null,
    name,
    part: part ?? null,
    side: side === null || isUnbounded(side) ? null : side,
    ...(noted === true ? { noted } : {}),
    flaw: flaw ?? null,
    similarTo: similarTo ?? null,
    ...(place.chosen === undefined ? {} : { chosen: place.chosen }),
    ...(suggested === undefined ? {} : { suggested }),
  }
}

/** In the order in which they are shown. */
export function filterPieces(filter: PhotoFilter): readonly FilterPiece[] {
  return [
    ...(filter.similarTo == null ? [] : ['similar' as const]),
    ...(filter.chosen === undefined ? [] : ['chosen' as const]),
    ...(filter.suggested == null ? [] : ['suggested' as const]),
    ...(filter.kind === 'all' ? [] : [filter.kind]),
    ...(filter.part == null ? [] : ['part' as const]),
    ...(filter.side == null || isUnbounded(filter.side) ? [] : ['side' as const]),
    ...(filter.flaw == null ? [] : ['flaw' as const]),
    ...(filter.noted === true ? ['noted' as const] : []),
    ...(filter.name.trim() === '' ? [] : ['name' as const]),
  ]
}

export function withoutPiece(filter: PhotoFilter, piece: FilterPiece): PhotoFilter {
  switch (piece) {
    case 'unlabelled':
    case 'class':
    case 'trash':
      return { ...filter, kind: 'all', classId: null }
    case 'similar':
      return { ...filter, similarTo: null }
    case 'suggested':
      return { ...filter, suggested: null }
    case 'part':
      return { ...filter, part: null }
    case 'side':
      return { ...filter, side: null }
    case 'chosen': {
      const { chosen: _taken, ...rest } = filter
      return rest
    }
    case 'flaw':
      return { ...filter, flaw: null }
    case 'noted': {
      const { noted: _taken, ...rest } = filter
      return rest
    }
    case 'name':
      return { ...filter, name: '' }
    default:
      return piece satisfies never
  }
}

/** Whether photos that are given this class (null: none) no longer match. */
export function leavesFilter(filter: PhotoFilter, classId: number | null): boolean {
  if (filter.kind === 'unlabelled' || filter.suggested != null) return classId !== null
  return filter.kind === 'class' && filter.classId !== classId
}

/**
 * Bounds of two fields as they were typed: empty means no bound. Null where one is not a whole number of at least 0, the upper one is 0, or
 * they are the wrong way round.
 */
export function sideBounds(min: string, max: string): SideBounds | null {
  const bounds = { min: boundOf(min), max: boundOf(max) }
  if (Number.isNaN(bounds.min) || Number.isNaN(bounds.max) || bounds.max === 0) return null
  return bounds.min !== null && bounds.max !== null && bounds.min > bounds.max ? null : bounds
}

function boundOf(text: string): number | null {
  const trimmed = text.trim()
  if (trimmed === '') return null
  return /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : Number.NaN
}

function isUnbounded({ min, max }: SideBounds): boolean {
  return min === null && max === null
}
