import type { EngineReport, ExtractorName, TrainingEngineName } from '../../contract/engines.ts'
import { toWireError } from '../../contract/errors.ts'
import type { TrainingTasks } from '../../contract/worker/training-tasks.ts'
import type { StudioContext } from '../context.ts'
import type { WorkerClient } from '../workers/worker-client.ts'
import { nativeFolder } from './native-place.ts'

type Worker = WorkerClient<TrainingTasks>
type Found = Pick<EngineReport, 'state' | 'version' | 'device' | 'difference' | 'reason'>

const nothing = { version: null, device: null, difference: null, reason: null }

/**
 * Lets every engine compute known numbers, in the order in which they are tried. Each in a process of its own: one that brings its process down
 * is told as one that does not work, and the others are tested all the same.
 */
export async function testEngines(context: StudioContext): Promise<EngineReport[]> {
  const native = nativeFolder(context.dataDir)
  const missing: Found = { ...nothing, state: 'missing' }
  return [
    {
      engine: 'tfjs-node-gpu',
      does: ['train-networks'],
      ...(native === null ? missing : await inOwnProcess(context, (worker) => training(context, worker, 'tfjs-node-gpu'))),
    },
    {
      engine: 'webgpu',
      does: ['extract', 'train-networks'],
      ...(await inOwnProcess(context, (worker) => both(context, worker, 'webgpu'))),
    },
    { engine: 'onnxruntime', does: ['extract'], ...(await inOwnProcess(context, (worker) => extraction(worker, 'onnxruntime'))) },
    {
      engine: 'wasm',
      does: ['extract', 'train-networks'],
      ...(await inOwnProcess(context, (worker) => both(context, worker, 'wasm'))),
    },
    // Plain arithmetic of Node's own: nothing that could be missing.
    { engine: 'cpu', does: ['train-heads'], ...nothing, state: 'works', version: process.versions.node, device: 'CPU' },
  ]
}

async function inOwnProcess(context: StudioContext, test: (worker: Worker) => Promise<Found>): Promise<Found> {
  const worker = context.workers.freshTraining()
  try {
    return await test(worker)
  } catch (error) {
    return { ...nothing, ...failureOf(error) }
  } finally {
    await worker.close()
  }
}

function failureOf(error: unknown): Pick<Found, 'state' | 'reason' | 'difference'> {
  const { code, details } = toWireError(error)
  if (code === 'ENGINE_WRONG') return { state: 'wrong', difference: Number(details['difference']), reason: null }
  const reason =
    code === 'WORKER_DIED'
      ? `it brought its process down: ${String(details['detail'])}`
      : 'reason' in details && typeof details['reason'] === 'string'
        ? details['reason']
        : code
  return { state: 'unavailable', reason, difference: null }
}

async function both(context: StudioContext, worker: Worker, engine: 'webgpu' | 'wasm'): Promise<Found> {
  const extracts = await extraction(worker, engine)
  return extracts.state === 'works' ? training(context, worker, engine) : extracts
}

async function extraction(worker: Worker, engine: ExtractorName): Promise<Found> {
  const { versions } = await worker.request('engines', { wanted: engine })
  return { ...nothing, state: 'works', version: versions[engine] ?? null, device: 'CPU' }
}

async function training({ dataDir, threads }: StudioContext, worker: Worker, engine: TrainingEngineName): Promise<Found> {
  const check = await worker.request('testEngine', { engine, nativeFolder: nativeFolder(dataDir), threads })
  if (check.state === 'passed') {
    return { state: 'works', version: check.version, device: check.device, difference: check.difference, reason: null }
  }
  if (check.state === 'unavailable') return { ...nothing, state: 'unavailable', reason: check.reason }
  return { ...nothing, state: 'wrong', difference: Math.min(check.difference, Number.MAX_VALUE) }
}
