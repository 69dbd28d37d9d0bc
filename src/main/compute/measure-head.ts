import { plainLearning, type TrainingTasks } from '../contract/worker/training-tasks.ts'
import { makeRandom } from './random.ts'
import { trainHead } from './train-head.ts'

type Task = TrainingTasks['measureHead']

const rows = 256
/** The first ones are slower: the loops are not compiled yet. */
const epochs = 12
const uncounted = 4

/** The task `measureHead`: a head on features of noise. */
export async function measureHead({ dim, classCount }: Task['input']): Promise<Task['result']> {
  const random = makeRandom(1)
  const part = (count: number) => ({
    features: Float32Array.from({ length: count * dim }, () => random()),
    classes: Int32Array.from({ length: count }, (_, row) => row % classCount),
  })
  const durations: number[] = []
  await trainHead(
    {
      dim,
      classCount,
      train: part(rows),
      validation: part(Math.ceil(rows / 5)),
      settings: { ...plainLearning, epochs, batchSize: 16, learningRate: 0.001, optimiser: 'adam', patience: 0, seed: 1 },
    },
    {
      signal: new AbortController().signal,
      stopSignal: new AbortController().signal,
      emit: ({ durationMs }) => void durations.push(durationMs),
    },
  )
  const counted = durations.slice(uncounted)
  return { perSecond: (rows * classCount * counted.length * 1000) / counted.reduce((sum, each) => sum + each, 0) }
}
