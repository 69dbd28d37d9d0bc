/** When the labels of the open project were given on the page for labelling, in rows that were left, ms: one of each photo of a row. */
export class LabelTimes {
  all = $state.raw<readonly number[]>([])

  /** The row with these labels is left. */
  add(times: readonly number[]): void {
    this.all = [...this.all, ...times]
  }

  /** Of a row that was left a label could not be written. */
  replace(times: readonly number[], by: readonly number[]): void {
    const gone = new Set(times)
    this.all = [...this.all.filter((time) => !gone.has(time)), ...by]
  }
}
