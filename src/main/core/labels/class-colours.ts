/**
 * Ten colours that people who confuse red and green tell apart as well as that goes: the seven of Okabe and Ito, "Color Universal Design"
 * (2002) without black, then purple, green and red of Paul Tol's "bright" scheme (SRON/EPS/TN/09-002, 2021). Neighbours differ most.
 */
const firstColours = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442', '#aa3377', '#228833', '#ee6677']

/** 360 degrees / golden ratio squared: each next hue falls into the widest gap that the ones before have left. */
const goldenAngle = 180 * (3 - Math.sqrt(5))
/** In OKLCH; every hue of this lightness and chroma can be shown in sRGB. */
const lightness = 0.65
const chroma = 0.1

/** The colour, `#rrggbb`, for a class beside others with the colours `used`: the first one of the list that none of them has. */
export function nextClassColour(used: readonly string[]): string {
  const taken = new Set(used)
  for (let index = 0; ; index++) {
    const colour = classColour(index)
    if (!taken.has(colour)) return colour
  }
}

/** The colour at `index` (0, 1, 2 ...) of an endless list: ten chosen ones, then hues by the golden angle at one lightness. */
export function classColour(index: number): string {
  return firstColours[index] ?? oklchToHex(lightness, chroma, (index - firstColours.length) * goldenAngle)
}

/** OKLCH (lightness 0..1, chroma, hue in degrees) as `#rrggbb`; matrices of Björn Ottosson, "A perceptual color space" (2020). */
export function oklchToHex(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
  return `#${linear
    .map((value) =>
      Math.round(gammaOf(value) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
}

/** Linear light to sRGB (IEC 61966-2-1), both in 0..1; what lies outside is brought to the edge. */
function gammaOf(linear: number): number {
  const value = Math.min(1, Math.max(0, linear))
  return value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055
}
