import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { StudioSettings } from '../../contract/project.ts'
import type { Log } from '../context.ts'
import { diskError } from '../project/disk-errors.ts'

/** Until somebody chooses: every core, and the fastest engines that pass their self-tests. */
const defaults: StudioSettings = { threads: null, extraction: 'auto', training: 'auto', keys: {} }

/** What is absent or undefined stays. */
type SettingsPart = { readonly [K in keyof StudioSettings]?: StudioSettings[K] | undefined }

function merge(settings: StudioSettings, { threads, extraction, training, keys }: SettingsPart): StudioSettings {
  return {
    threads: threads === undefined ? settings.threads : threads,
    extraction: extraction ?? settings.extraction,
    training: training ?? settings.training,
    keys: keys ?? settings.keys,
  }
}

/** What was chosen for this machine. */
export interface SettingsStore {
  /** As they are on the disk now: another process of the studio may have changed them. A damaged file counts as none. */
  read(): StudioSettings
  /** Changes what is named and is on the disk when it returns. Throws `DISK_FULL` or `NOT_WRITABLE`. */
  change(part: SettingsPart): StudioSettings
}

/** The settings in `settings.json` of the studio's own folder. */
export function openSettings(dataDir: string, log: Log): SettingsStore {
  const file = join(dataDir, 'settings.json')
  /** Said once, not at every batch of photos. */
  let damageSaid: string | null = null

  const defaultsFor = (text: string, reason: string): StudioSettings => {
    if (damageSaid !== text) log.error('the settings are damaged; the defaults count until they are set again', { file, reason })
    damageSaid = text
    return defaults
  }

  const read = (): StudioSettings => {
    const text = readOrNull(file)
    if (text === null) return defaults
    const parsed = StudioSettings.partial().safeParse(parseJson(text))
    return parsed.success ? merge(defaults, parsed.data) : defaultsFor(text, parsed.error.message)
  }

  return {
    read,
    change: (part) => {
      const settings = merge(read(), part)
      try {
        mkdirSync(dataDir, { recursive: true })
        writeFileAtomic.sync(file, `${JSON.stringify(settings, null, 2)}\n`)
      } catch (error) {
        throw diskError(error, dataDir)
      }
      return settings
    },
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
