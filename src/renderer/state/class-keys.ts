import type { Class } from '../../main/contract/labels.ts'

/** The digit keys 1 to 9 belong to the first nine classes; 0 takes a label away. */
const keys = 9

/** Whether a class can be given by a digit key. */
export function isClassKey({ position }: Pick<Class, 'position'>): boolean {
  return position < keys
}

/** The class that the key gives; null where it is no digit of a class. */
export function classOfKey<C extends Pick<Class, 'position'>>(classes: readonly C[], key: string): C | null {
  return classes.find((each) => isClassKey(each) && key === String(each.position + 1)) ?? null
}
