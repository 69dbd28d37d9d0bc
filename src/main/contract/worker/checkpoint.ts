/** Where a training keeps what it needs to go on after an epoch, and how often at most while nobody asks it to rest. */
export interface CheckpointPlace {
  readonly path: string
  readonly everyMs: number
}

/** A training that rests: what is needed to go on is written. */
export interface PausedTraining {
  readonly endedBecause: 'paused'
}
