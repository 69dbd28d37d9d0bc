/** One hue a run, the same on every page: six that repeat, and always with the run's number beside them. */
export function runColour(number: number): string {
  return `var(--run-${((number - 1) % 6) + 1})`
}
