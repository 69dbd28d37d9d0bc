/** How well a text answers a query: higher is better; 0 for a query that asks for nothing. */
export interface Match {
  readonly score: number
  /** Places of the characters that answer, ascending, in UTF-16 units. */
  readonly at: readonly number[]
}

/** Scores of a word of the query by how it stands in the text. They are far enough apart that length and spread only decide among equals. */
const score = { whole: 1000, beginning: 800, wordBeginning: 600, inside: 300, scattered: 100 } as const

/**
 * Whether every word of `query` stands in `text`: as it is, or scattered with its first letter at the beginning of a word, so that `gp` finds
 * `Go to Photos`. Case does not matter, nor does the order of the words. Null where one does not.
 */
export function fuzzyMatch(query: string, text: string): Match | null {
  const lower = foldCase(text)
  const words = foldCase(query)
    .split(/\s+/)
    .filter((word) => word !== '')
  const at = new Set<number>()
  let total = 0
  for (const word of words) {
    const found = matchWord(word, lower)
    if (found === null) return null
    for (const place of found.at) at.add(place)
    total += found.score
  }
  const length = words.length === 0 ? 0 : Math.min(text.length, 100) / 10
  return { score: words.length === 0 ? 0 : total / words.length - length, at: [...at].sort((a, b) => a - b) }
}

function matchWord(word: string, text: string): Match | null {
  if (word === text) return { score: score.whole, at: places(0, word.length) }
  if (text.startsWith(word)) return { score: score.beginning, at: places(0, word.length) }
  let inside = -1
  for (let from = text.indexOf(word); from !== -1; from = text.indexOf(word, from + 1)) {
    if (isWordBeginning(text, from)) return { score: score.wordBeginning, at: places(from, word.length) }
    if (inside === -1) inside = from
  }
  if (inside !== -1) return { score: score.inside, at: places(inside, word.length) }
  return scattered(word, text)
}

/** Letters are taken at the beginnings of words where they can be, else as early as they come. */
function scattered(word: string, text: string): Match | null {
  const at: number[] = []
  let from = 0
  for (const letter of word) {
    const begins = nextBeginning(letter, text, from)
    const place = begins !== -1 ? begins : at.length === 0 ? -1 : text.indexOf(letter, from)
    if (place === -1) return null
    at.push(...places(place, letter.length))
    from = place + letter.length
  }
  const spread = (at.at(-1) ?? 0) - (at[0] ?? 0)
  return { score: score.scattered - Math.min(spread, 80), at }
}

function nextBeginning(letter: string, text: string, from: number): number {
  let place = text.indexOf(letter, from)
  while (place !== -1 && !isWordBeginning(text, place)) place = text.indexOf(letter, place + 1)
  return place
}

function isWordBeginning(text: string, at: number): boolean {
  return at === 0 || /[\s\p{P}\p{S}]/u.test(text.charAt(at - 1))
}

function places(from: number, length: number): number[] {
  return Array.from({ length }, (_, index) => from + index)
}

/** Lower case letter by letter: a letter that would become longer stays as it is, so that places are those of the text. */
function foldCase(text: string): string {
  const whole = text.toLowerCase()
  if (whole.length === text.length) return whole
  return [...text].map((letter) => (letter.toLowerCase().length === letter.length ? letter.toLowerCase() : letter)).join('')
}
