import type { ImageOrder } from '../../main/contract/images.ts'
import type { SavedView } from '../../main/contract/views.ts'
import { viewWords } from '../text/views.ts'
import { filterOfPlace, photoQuery, type PhotoFilter } from './photo-filter.ts'
import { keepOrder } from './photo-order.ts'
import type { Studio } from './studio.svelte.ts'

/** The filter of a view without what it names and is gone. */
export function filterOfView({ filter, missing }: SavedView): PhotoFilter {
  const { class: ofClass, suggested, part, similarTo, chosen, ...rest } = filter
  return filterOfPlace({
    ...rest,
    ...(missing.includes('class') ? {} : { class: ofClass, suggested }),
    ...(missing.includes('run') ? {} : { part }),
    ...(missing.includes('photo') ? {} : { similarTo }),
    ...(missing.includes('choice') ? {} : { chosen }),
  })
}

/** Whether the photos of this filter in this order are those that the view was saved with. */
export function isViewShown(view: SavedView, filter: PhotoFilter, order: ImageOrder): boolean {
  const wanted = photoQuery(filterOfView(view))
  const shown = photoQuery(filter)
  const isSameOrder = view.order.by === order.by && view.order.descending === order.descending
  return isSameOrder && JSON.stringify(wanted) === JSON.stringify(shown)
}

/** Shows the view at a place of the list, counted from 0. False where there is none. */
export function openViewAt(studio: Studio, place: number): boolean {
  const view = studio.views.value?.[place]
  if (view !== undefined) openView(studio, view)
  return view !== undefined
}

/** Shows the photos of a view, on their page, and says what of it is gone. */
export function openView(studio: Studio, view: SavedView): void {
  const { photos, navigation, toasts } = studio
  const { by, descending } = view.order
  if (by !== photos.order.by || descending !== photos.order.descending) {
    studio.selection.restart()
    keepOrder(view.order)
    photos.setOrder(view.order)
  }
  navigation.go({ page: 'photos', filter: photoQuery(filterOfView(view)) })
  if (view.missing.length > 0) toasts.done(viewWords.opensWithout(view))
}
