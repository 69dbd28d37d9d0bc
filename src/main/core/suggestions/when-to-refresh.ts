/** A tenth more labels change what is suggested; fewer than five hardly do. */
const fewest = 5
const share = 0.1

/** How many labels have to be given, changed or taken away before photos are judged anew, where there were `labelled` the last time. */
export function refreshAfter(labelled: number): number {
  return Math.max(fewest, Math.ceil(labelled * share))
}
