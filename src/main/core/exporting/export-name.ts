import type { ExportFormat } from '../../contract/exporting.ts'

/** Long enough to be recognised, short enough that the longest name stays far below the 255 bytes that file systems take. */
const projectLettersMax = 60

/**
 * A project's name in lower-case ASCII letters, digits and hyphens, so that it is safe in a file name on every system and in every web
 * address. Accents are dropped; a name without a single Latin letter or digit is `fallback`.
 */
export function projectSlug(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, projectLettersMax)
    .replace(/^-+|-+$/g, '')
  return slug === '' ? fallback : slug
}

/** What an export's folder is called: safe as `projectSlug` is, with dots. */
export function exportName(run: { projectName: string; backbone: string; runNumber: number; format: ExportFormat }): string {
  return `${projectSlug(run.projectName, 'model')}-${run.backbone}-run${run.runNumber}-${run.format}`
}
