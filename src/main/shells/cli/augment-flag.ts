import { Augmentation, augmentationPresets, noAugmentation, type AugmentationPreset } from '../../contract/augmentation.ts'
import { describeIssue } from '../../contract/describe-issue.ts'
import { StudioError } from '../../contract/errors.ts'

const presets = Object.keys(augmentationPresets) as AugmentationPreset[]
const names = Object.keys(noAugmentation) as (keyof Augmentation)[]

/** `--zoom-in` as it is written in the flag: `zoom-in`. */
const written = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/**
 * What `--augment` says: `usual`, `either-way-up`, `off`, or settings as `flip=on,rotate=15`; a name may come first and settings change it. Throws
 * `INVALID_INPUT`.
 */
export function augmentationOf(text: string): Augmentation {
  const parts = text.split(',').map((part) => part.trim())
  const preset = presets.find((name) => name === parts[0])
  const changes = Object.fromEntries(parts.slice(preset === undefined ? 0 : 1).map(settingOf))
  const parsed = Augmentation.safeParse({ ...augmentationPresets[preset ?? 'off'], ...changes })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  // What cannot be parsed has at least one issue.
  throw new StudioError('INVALID_INPUT', { reason: describeIssue(issue!, ([name]) => `${written(String(name))} of --augment`) })
}

function settingOf(part: string): readonly [string, boolean | number] {
  const [key = '', value = '', ...more] = part.split('=')
  const name = names.find((each) => written(each) === key)
  if (name === undefined || value === '' || more.length > 0) {
    const reason = `--augment takes ${presets.join(', ')}, or settings as in flip=on,rotate=15 with ${names.map(written).join(', ')}, not ${part === '' ? 'nothing' : part}`
    throw new StudioError('INVALID_INPUT', { reason })
  }
  if (typeof noAugmentation[name] !== 'boolean') return [name, Number(value)]
  if (value !== 'on' && value !== 'off')
    throw new StudioError('INVALID_INPUT', { reason: `${key} of --augment must be on or off, not ${value}` })
  return [name, value === 'on']
}

/** What `--augment` takes for these changes. */
export function augmentText(augmentation: Augmentation): string {
  const preset = presets.find((name) => JSON.stringify(augmentationPresets[name]) === JSON.stringify(augmentation))
  const changed = names.filter((name) => augmentation[name] !== noAugmentation[name])
  const said = (value: boolean | number): string => (typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value))
  return preset ?? changed.map((name) => `${written(name)}=${said(augmentation[name])}`).join(',')
}
