import { backupWords } from '../../../../renderer/text/backup.ts'
import { fromCaller } from '../../caller-paths.ts'
import { followJob } from '../follow-job.ts'
import { withProject, withStudio, type GlobalOptions } from '../session.ts'

export interface BackupOptions extends GlobalOptions {
  readonly out: string
  readonly withFeatures?: boolean
  readonly withoutNetworks?: boolean
}

const followed = { onInterrupt: 'cancel', kept: 'Cancelling. Nothing half-written is left.', progressEvents: true } as const

/** Writes a project into one new file, which has its name only once it was read back. */
export function backUp(project: string, { out, withFeatures, withoutNetworks, ...options }: BackupOptions): Promise<number> {
  return withProject(options, project, async (session) => {
    const { client, printer } = session
    const asked = { out: fromCaller(out), features: withFeatures === true, networks: withoutNetworks !== true }
    const { jobId } = await client.backup.write(asked)
    const { result } = await followJob(session, jobId, { kind: 'backup', ...followed })
    const { kind: _kind, ...facts } = result
    printer.event({ event: 'backed-up', ...facts })
    printer.line(`${backupWords.done(result)}.`)
  })
}

export interface RestoreOptions extends GlobalOptions {
  readonly out?: string
  readonly rescue?: boolean
}

/** Makes a project of a backup, or with `--rescue` of what is whole in it. */
export function restore(file: string, { out, rescue = false, ...options }: RestoreOptions): Promise<number> {
  return withStudio(options, async (session) => {
    const { client, printer } = session
    const { jobId } = await client.backup.restore({
      path: fromCaller(file),
      rescue,
      ...(out === undefined ? {} : { folder: fromCaller(out) }),
    })
    const { result } = await followJob(session, jobId, { kind: 'restore', ...followed })
    const { kind: _kind, ...facts } = result
    printer.event({ event: 'restored', ...facts })
    printer.line(`${backupWords.restored(result)}.`)
  })
}
