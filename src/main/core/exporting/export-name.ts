import type { ExportFormat } from '../../contract/exporting.ts'

/** Long enough to be recognised, short enough that the longest name stays far below the 255 bytes that file systems take. */
const projectLettersMax = 60

/**
 * What an export's folder is called: lower-case ASCII letters, digits, dots and hyphens only, so that it is safe as a file name on
 * every system and in every web address. Accents are dropped; a project without a single Latin letter or digit is called `model`.
 */
export function exportName(run: { projectName: string; backbone: string; runNumber: number; format: ExportFormat }): string {
  const project = run.projectName
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, projectLettersMax)
    .replace(/^-+|-+$/g, '')
  return `${project === '' ? 'model' : project}-${run.backbone}-run${run.runNumber}-${run.format}`
}
