import { createRequire } from 'node:module'
import { StudioError } from '../../contract/studio-error.ts'
import { openDevice } from './graphics-adapter.ts'
import type { Tfjs } from './load-tfjs.ts'

const load = createRequire(import.meta.url)

/** What is used of the backend beyond what TensorFlow.js says of every one. */
interface WebgpuBackend {
  readonly bufferManager: BufferManager
  read(dataId: object): Promise<unknown>
}
interface BufferManager {
  /** By size and use. A key has to stay, also when nothing lies under it. */
  readonly freeBuffers: Map<string, GPUBuffer[]>
  numFreeBuffers: number
  numBytesAllocated: number
  acquireBuffer(size: number, usage: number, mappedAtCreation?: boolean, reuse?: boolean): GPUBuffer
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void
}

/** The backend in use with its device. `lost`: why the device is gone, once it is. */
interface InUse {
  readonly backend: WebgpuBackend
  readonly device: GPUDevice
  readonly adapter: string
  lost: string | null
}
let inUse: InUse | null = null

/** Name of the graphics adapter that the backend computes on; null before it is opened. */
export function adapterInUse(): string | null {
  return inUse?.adapter ?? null
}

/** E.g. `0.6.2`. */
export function dawnVersion(): string {
  return (load('webgpu/package.json') as { version: string }).version
}

/**
 * Makes the backend `webgpu` of TensorFlow.js on a device that is opened for it, and anew where the one before was lost. Its package would ask for
 * a device itself, which nobody could watch then. Throws where there is no adapter.
 */
export async function provideWebgpu(tf: Tfjs): Promise<void> {
  if (inUse !== null && inUse.lost === null) return
  const { device, info, name } = await openDevice()
  const { WebGPUBackend } = load('@tensorflow/tfjs-backend-webgpu') as typeof import('@tensorflow/tfjs-backend-webgpu')
  if ('webgpu' in tf.engine().registryFactory) tf.removeBackend('webgpu')
  const backend = new WebGPUBackend(device, info)
  const opened: InUse = { backend: backend as unknown as WebgpuBackend, device, adapter: name, lost: null }
  watch(opened)
  tf.registerBackend('webgpu', () => backend)
  inUse = opened
}

/**
 * A device tells nobody who calls it that something failed: commands that could not be carried out are left out, and what is read then are old
 * numbers. Lets everyone who reads know of it, and keeps what was allocated while memory was short from being used again.
 */
function watch(opened: InUse): void {
  const { backend, device } = opened
  let failure: Error | null = null
  let whole = new WeakSet<GPUBuffer>()
  void device.lost.then(({ message }) => (opened.lost = message))
  device.addEventListener('uncapturederror', (event) => {
    // Else Dawn writes it to standard error as well.
    event.preventDefault()
    // What follows from the first is of no use to anybody.
    failure ??= deviceError(event.error)
    whole = new WeakSet()
    freeUnused(backend.bufferManager)
  })
  const { bufferManager: buffers } = backend
  const acquire = buffers.acquireBuffer.bind(buffers)
  buffers.acquireBuffer = (...args) => {
    const buffer = acquire(...args)
    whole.add(buffer)
    return buffer
  }
  const release = buffers.releaseBuffer.bind(buffers)
  buffers.releaseBuffer = (buffer, reuse = true) => release(buffer, reuse && whole.has(buffer))
  const read = backend.read.bind(backend)
  backend.read = async (dataId) => {
    try {
      const values = await read(dataId)
      if (failure === null) return values
    } catch (error) {
      const { lost } = opened
      if (lost !== null || isAbort(error))
        throw new StudioError('ENGINE_LOST', { engine: 'webgpu', reason: lost ?? 'it gave no answer' }, { cause: error })
      // What the device said before explains what the read says now.
      failure ??= error instanceof Error ? error : new Error(String(error))
    }
    const told = failure
    failure = null
    throw told
  }
}

/** A read is broken off when its device is lost. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

/** Sizes that the device does not take are a want of memory too: a smaller batch may do. */
const tooLarge = /exceeds the max buffer size|larger than the maximum (storage )?buffer binding size|binding size .* is larger than/i

function deviceError(error: GPUError): Error {
  const [first = ''] = error.message.split('\n')
  const isMemory = error.constructor.name === 'GPUOutOfMemoryError' || tooLarge.test(error.message)
  return new Error(`${isMemory ? 'the graphics card is out of memory' : 'the graphics card refused a command'}: ${first}`)
}

function freeUnused(buffers: BufferManager): void {
  for (const list of buffers.freeBuffers.values()) {
    for (const buffer of list) {
      buffers.numFreeBuffers -= 1
      buffers.numBytesAllocated -= buffer.size
      buffer.destroy()
    }
    list.length = 0
  }
}

/**
 * Gives memory back to the graphics card that no tensor holds any more: the backend keeps it for tensors of the same size. Does nothing where
 * another backend is in use.
 */
export function releaseUnused(tf: Tfjs): void {
  if (inUse !== null && inUse.lost === null && tf.getBackend() === 'webgpu') freeUnused(inUse.backend.bufferManager)
}
