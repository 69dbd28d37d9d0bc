/*
 * What a project's database keeps of each image's name besides the name itself. Both are written when an image is imported: a change of
 * what they give needs a migration that writes them again.
 */

/** A name as it is searched: SQLite folds the case of ASCII alone, but names are in every language, and macOS writes accents apart. */
export function foldImageName(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/**
 * A text whose order, code point by code point, is the one in which people expect names: neither case nor accents matter, and numbers
 * count by their value (`photo 2` before `photo 10`), for which each begins with the number of its digits.
 */
export function imageNameOrder(name: string): string {
  return foldImageName(name)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[0-9]+/g, (number) => {
      const digits = number.replace(/^0+(?=[0-9])/, '')
      return `${String(Math.min(digits.length, 99)).padStart(2, '0')}${digits}`
    })
}
