/** Runs whose colours were chosen by hand; `--run-1` to `--run-6` in the tokens. */
const chosen = 6
/** Turns of this angle never come near a hue that was there before (Vogel, Math. Biosci. 44, 1979). */
const goldenAngle = 137.508

/** One hue a run, the same on every page, always with the run's number beside it. */
export function runColour(number: number): string {
  if (number <= chosen) return `var(--run-${number})`
  const hue = ((number * goldenAngle) % 360).toFixed(0)
  return `light-dark(oklch(54% 0.13 ${hue}), oklch(76% 0.12 ${hue}))`
}
