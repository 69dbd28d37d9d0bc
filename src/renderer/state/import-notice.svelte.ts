import type { ImportReport } from '../../main/contract/images.ts'

/** Long enough to read one line and follow its link. */
const calmMs = 12_000

/** Whether a report names files or photos that somebody may have to do something about. */
function needsLook({ conflicts, several, skipped }: ImportReport): boolean {
  return conflicts.length > 0 || several.length > 0 || skipped.some(({ reason }) => reason !== 'duplicate')
}

/** A file or photo that both name is told once. */
function bothOf<T extends { readonly file: string }>(one: readonly T[], other: readonly T[]): T[] {
  const key = (each: T): string => JSON.stringify(each)
  const told = new Set(one.map(key))
  return [...one, ...other.filter((each) => !told.has(key(each)))]
}

/** What several imports name, in one list; their numbers add up to how much they did, and are told of each import apart. */
function joined(one: ImportReport, other: ImportReport): ImportReport {
  const sum = (count: 'images' | 'labelled' | 'duplicates' | 'nearDuplicates' | 'unnamed' | 'seconds'): number => one[count] + other[count]
  return {
    images: sum('images'),
    labelled: sum('labelled'),
    duplicates: sum('duplicates'),
    nearDuplicates: sum('nearDuplicates'),
    unnamed: sum('unnamed'),
    seconds: sum('seconds'),
    skipped: bothOf(one.skipped, other.skipped),
    conflicts: bothOf(one.conflicts, other.conflicts),
    several: bothOf(one.several, other.several),
    sources: [...one.sources, ...other.sources],
    cancelled: one.cancelled || other.cancelled,
  }
}

/**
 * What the imports that ended last brought: on the photos until they are left, elsewhere for a moment. A report that asks nothing
 * of anybody goes by itself; one that does waits on the photos, and later imports come beside it, each with its own numbers. The settings list all of them.
 */
export class ImportNotice {
  report = $state.raw<ImportReport | null>(null)
  /** The reports that are joined in it, the first that ended first. */
  imports = $state.raw<readonly ImportReport[]>([])
  /** Whether it is told on other pages than the photos too. */
  isNew = $state(false)
  #isLookedInto = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** An import has ended. What the one before asked for, or somebody looks into, is still there to be seen. */
  tell(report: ImportReport): void {
    const waiting = this.#waits ? this.report : null
    this.report = waiting === null ? report : joined(waiting, report)
    this.imports = waiting === null ? [report] : [...this.imports, report]
    this.isNew = true
    if (!this.#isLookedInto) this.leaveSoon()
  }

  /** Somebody asked for this report. */
  show(report: ImportReport): void {
    this.forget()
    this.report = report
    this.imports = [report]
  }

  /** Somebody looks into it: it stays. */
  stay(): void {
    this.#isLookedInto = true
    clearTimeout(this.#timer)
  }

  leaveSoon(): void {
    this.#isLookedInto = false
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.isNew = false
      if (!this.#waits) this.forget()
    }, calmMs)
  }

  /** Another import begins: a report that asks nothing has been told by now. */
  makeRoom(): void {
    if (!this.#waits) this.forget()
  }

  /** It was seen, or belongs to what is over. */
  forget(): void {
    clearTimeout(this.#timer)
    this.report = null
    this.imports = []
    this.isNew = false
    this.#isLookedInto = false
  }

  get #waits(): boolean {
    return this.#isLookedInto || (this.report !== null && needsLook(this.report))
  }
}
