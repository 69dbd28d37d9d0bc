import { errorDetails, type ErrorDetails, type WireError } from '../../main/contract/errors.ts'

type Reason = ErrorDetails<'BACKUP_DAMAGED'>['reason']

const rescueWayOut =
  'Take another backup if there is one. From this one, what is whole can still be had ("Open what is whole", or graft restore --rescue).'

/** Whether only a file is damaged that a project can do without. */
function isRescuable(reason: Reason, file: string): boolean {
  return (reason === 'changed' || reason === 'missing') && file !== 'project.sqlite'
}

/** Whether this is a backup of which something is whole still. */
export function canRescue({ code, details }: WireError): boolean {
  const parsed = errorDetails.BACKUP_DAMAGED.safeParse(details)
  return code === 'BACKUP_DAMAGED' && parsed.success && isRescuable(parsed.data.reason, parsed.data.file)
}

export function damagedBackupWayOut(reason: Reason, file: string): string {
  if (isRescuable(reason, file)) return rescueWayOut
  if (reason === 'newer') return 'Update Graft, then try again.'
  if (reason === 'folder')
    return 'Choose the file of the backup, whose name ends in .graft-backup; a project that is a folder is opened as it is.'
  return 'Take another backup, or get this one once more from where it came.'
}

export function damagedBackupText(reason: Reason, file: string, detail: string): string {
  switch (reason) {
    case 'no-backup':
      return 'it is no backup of Graft, or only a part of one'
    case 'folder':
      return 'it is a folder, and a backup is one file'
    case 'newer':
      return 'it was made by a newer Graft'
    case 'missing':
      return `its list names ${file}, which is not in it`
    case 'changed':
      return `${file} in it was changed since it was made, or on its way`
    case 'foreign':
      return `${file} is in it, which is no part of a backup`
    case 'encrypted':
      return `${file} in it is encrypted, and Graft encrypts nothing`
    case 'database-broken':
      return `its database ${file} is not whole (${detail})`
    case 'database-foreign':
      return `its database ${file} holds what Graft never writes (${detail}), so that somebody has changed it`
    default:
      return reason satisfies never
  }
}
