import type { ImportReport } from '../../main/contract/images.ts'

/** Long enough to read one line and follow its link. */
const calmMs = 12_000

/** Whether a report names files or photos that somebody may have to do something about. */
function needsLook({ conflicts, several, skipped }: ImportReport): boolean {
  return conflicts.length > 0 || several.length > 0 || skipped.some(({ reason }) => reason !== 'duplicate')
}

/**
 * What the import that ended last brought, told once: on the photos until they are left, elsewhere for a moment. A report that asks nothing
 * of anybody goes by itself; one that does waits on the photos. The settings list all of them.
 */
export class ImportNotice {
  report = $state.raw<ImportReport | null>(null)
  /** Whether it is told on other pages than the photos too. */
  isNew = $state(false)
  #timer: ReturnType<typeof setTimeout> | undefined

  /** An import has ended; what the one before brought is not the subject any more. */
  tell(report: ImportReport): void {
    this.show(report)
    this.isNew = true
    this.leaveSoon()
  }

  /** Somebody asked for this report. */
  show(report: ImportReport): void {
    this.forget()
    this.report = report
  }

  /** Somebody looks into it: it stays. */
  stay(): void {
    clearTimeout(this.#timer)
  }

  leaveSoon(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.isNew = false
      if (this.report !== null && !needsLook(this.report)) this.forget()
    }, calmMs)
  }

  /** It was seen, or belongs to what is over. */
  forget(): void {
    clearTimeout(this.#timer)
    this.report = null
    this.isNew = false
  }
}
