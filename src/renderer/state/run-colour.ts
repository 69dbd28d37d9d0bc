/** Hues in OKLCH, degrees, of the colours that were chosen by hand: `--run-1` to `--run-6` in the tokens. */
const chosenHues: readonly number[] = [244, 48, 166, 346, 84, 264]
/** Turns of this angle spread hues evenly, however many there are (Vogel, Math. Biosci. 44, 1979). */
const goldenAngle = 137.508
/** Degrees between two hues that are told apart at a glance, in a line as thin as a curve. */
const leastApart = 18

/** One hue a run, the same on every page, always with the run's number beside it. */
export function runColour(number: number): string {
  return number <= chosenHues.length ? `var(--run-${number})` : colourOfHue(hueOf(number))
}

/**
 * Colours for runs that are shown together, by number: each its own, but for those that look like one before them, which take the hue in the
 * middle of the widest gap. Among more than fifteen or so no hue is far from the next.
 */
export function coloursTogether(numbers: readonly number[]): ReadonlyMap<number, string> {
  const colours = new Map<number, string>()
  const taken: number[] = []
  for (const number of numbers) {
    const own = hueOf(number)
    const isOwn = taken.every((hue) => apart(hue, own) >= leastApart)
    const hue = isOwn ? own : middleOfWidestGap(taken)
    taken.push(hue)
    colours.set(number, isOwn ? runColour(number) : colourOfHue(hue))
  }
  return colours
}

function hueOf(number: number): number {
  return chosenHues[number - 1] ?? (number * goldenAngle) % 360
}

function colourOfHue(hue: number): string {
  return `light-dark(oklch(54% 0.13 ${hue.toFixed(0)}), oklch(76% 0.12 ${hue.toFixed(0)}))`
}

/** Degrees between two hues, 0..180. */
function apart(one: number, other: number): number {
  const turn = Math.abs(one - other) % 360
  return Math.min(turn, 360 - turn)
}

function middleOfWidestGap(hues: readonly number[]): number {
  const sorted = hues.toSorted((one, other) => one - other)
  let [begin, width] = [0, 0]
  sorted.forEach((hue, index) => {
    const next = sorted[index + 1] ?? (sorted[0] ?? 0) + 360
    if (next - hue > width) [begin, width] = [hue, next - hue]
  })
  return (begin + width / 2) % 360
}
