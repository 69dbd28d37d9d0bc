import { expect, test } from 'vitest'
import { photoOrders } from '../text/photos.ts'
import { orderFrom, orderText } from './photo-order.ts'

test('an order is remembered as it was chosen, and what is no order is that of import', () => {
  const orders = photoOrders.flatMap((by) => [true, false].map((descending) => ({ by, descending })))
  expect(orders.map((order) => orderFrom(orderText(order)))).toEqual(orders)
  for (const text of [null, '', 'colour down', '{"by":"name"}']) expect(orderFrom(text)).toEqual({ by: 'imported', descending: false })
})
