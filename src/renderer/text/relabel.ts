import type { Class } from '../../main/contract/labels.ts'
import { countText } from './numbers.ts'

/** So many classes are named; more would not fit into a line. */
const namedAtMost = 2

/** Words of the note beside several chosen photos some of which have a class already: giving them one changes those too. */
export const relabelWords = {
  /** `classIds`: of the chosen photos, null where one has none. */
  said: (classIds: readonly (number | null)[], classes: readonly Pick<Class, 'id' | 'name'>[]): string => {
    const counts = new Map<number, number>()
    for (const id of classIds) if (id !== null) counts.set(id, (counts.get(id) ?? 0) + 1)
    const labelled = [...counts.values()].reduce((sum, count) => sum + count, 0)
    const named = classes
      .flatMap(({ id, name }) => (counts.has(id) ? [{ name, count: counts.get(id) ?? 0 }] : []))
      .toSorted((one, other) => other.count - one.count)
      .map(({ name, count }) => (counts.size === 1 ? name : `${countText(count)} ${name}`))
    const which = `${named.slice(0, namedAtMost).join(', ')}${named.length > namedAtMost ? ' and others' : ''}`
    const isOne = labelled === 1
    const subject =
      labelled === classIds.length
        ? `All ${countText(labelled)} have a class`
        : `${countText(labelled)} of these ${countText(classIds.length)} ${isOne ? 'has' : 'have'} a class`
    return `${subject} already: ${which}. ${isOne ? 'It changes' : 'They change'} too.`
  },
  without: (count: number) => `Only the ${countText(count)} without`,
} as const
