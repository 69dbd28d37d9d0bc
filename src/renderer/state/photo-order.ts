import type { ImageOrder } from '../../main/contract/images.ts'
import { photoOrders } from '../text/photos.ts'
import { importOrder } from './photo-filter.ts'

const key = 'graft.photo-order'

/** The order that `text` names; that of import where it names none. */
export function orderFrom(text: string | null): ImageOrder {
  const [by, direction] = (text ?? '').split(' ')
  const known = photoOrders.find((each) => each === by)
  return known === undefined ? importOrder : { by: known, descending: direction === 'down' }
}

export function orderText({ by, descending }: ImageOrder): string {
  return `${by} ${descending ? 'down' : 'up'}`
}

/** The order in which photos were shown last in this browser. */
export function keptOrder(): ImageOrder {
  return orderFrom(localStorage.getItem(key))
}

export function keepOrder(order: ImageOrder): void {
  localStorage.setItem(key, orderText(order))
}
