/** `ids` with `id` moved to where `target` is: before it, or behind it. Ids that are not in the list leave it as it is. */
export function moveBeside(ids: readonly number[], id: number, target: number, side: 'before' | 'behind'): readonly number[] {
  if (id === target || !ids.includes(id) || !ids.includes(target)) return ids
  const others = ids.filter((each) => each !== id)
  const at = others.indexOf(target) + (side === 'behind' ? 1 : 0)
  return [...others.slice(0, at), id, ...others.slice(at)]
}

/** `ids` with `id` moved up (-1) or down (1) by one place; the same list where there is none. */
export function moveBy(ids: readonly number[], id: number, by: -1 | 1): readonly number[] {
  const neighbour = ids[ids.indexOf(id) + by]
  return neighbour === undefined ? ids : moveBeside(ids, id, neighbour, by === 1 ? 'behind' : 'before')
}
