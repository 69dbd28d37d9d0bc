import { createRequire } from 'node:module'
import { env, platform, versions } from 'node:process'
import type { AdapterSearch } from '../../contract/engines.ts'

const load = createRequire(import.meta.url)

/** Lets a software adapter count as a card. For tests: it computes right, and slower than every other engine. */
const permission = 'GRAFT_SOFTWARE_ADAPTER'

/** How drivers that compute on the processor call themselves: Chromium's, Mesa's, Microsoft's. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|\bwarp\b|basic.render/i

/** Words of adapter names that are not written like other words. */
const spellings = new Map(
  ['NVIDIA', 'GeForce', 'AMD', 'RTX', 'GTX', 'RX', 'XT', 'XTX', 'UHD', 'HD', 'RADV', 'SwiftShader', 'llvmpipe', 'LLVM', 'PCIe', 'SXM'].map(
    (word) => [word.toLowerCase(), word],
  ),
)
/** What is left of (R) and (TM). */
const trademarks = new Set(['r', 'tm', 'c'])

type AdapterFacts = Pick<GPUAdapterInfo, 'vendor' | 'architecture' | 'device' | 'description'> & { readonly isFallbackAdapter?: boolean }

/** An adapter's name as people know it: Dawn tells it in small letters with `-` for all else, `nvidia-geforce-rtx-3080`. */
export function adapterName({ vendor, device, description }: AdapterFacts): string {
  const words = device.split(/-+/).filter((word) => word !== '' && !trademarks.has(word))
  if (words.length === 0) return description === '' ? vendor : description
  return words.map((word) => spellings.get(word) ?? (/\d/.test(word) ? word.toUpperCase() : capitalised(word))).join(' ')
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Whether an adapter is a program on the processor. */
export function isSoftware({ vendor, architecture, device, description, isFallbackAdapter }: AdapterFacts): boolean {
  return isFallbackAdapter === true || softwareNames.test([vendor, architecture, device, description].join(' '))
}

interface Dawn {
  readonly gpu: GPU
  /** The classes and constants that a browser has as globals: `GPUBuffer`, `GPUBufferUsage`, ... */
  readonly globals: object
}
/** Held as long as the process lives: an instance that is collected takes its devices along, and the process with them. */
let dawn: Dawn | null = null

function openDawn(): Dawn {
  if (dawn !== null) return dawn
  const { create, globals } = load('webgpu') as typeof import('webgpu')
  dawn = { gpu: create([]), globals }
  return dawn
}

const preference = { powerPreference: 'high-performance' } as const

/**
 * Looks for a graphics adapter. `maySoftware`: whether a program on the processor will do. Takes up to 20 ms where there is none. Never throws:
 * what is in the way is the reason.
 */
export async function searchAdapter(maySoftware: boolean): Promise<AdapterSearch> {
  // Dawn gives what was computed as memory of its own, which Electron lets no program see.
  if ('electron' in versions)
    return none(
      'inside of Electron, programs may not read what a graphics card has computed; npm start -- --browser opens the studio outside of it',
    )
  try {
    const adapter = await openDawn().gpu.requestAdapter(preference)
    if (adapter === null) return none(`no graphics adapter was found${platform === 'linux' ? ' that has a Vulkan driver' : ''}`)
    const name = adapterName(adapter.info)
    if (isSoftware(adapter.info) && !maySoftware)
      return none(`the only graphics adapter here is a software one (${name}), which is slower than the processor`)
    return { state: 'found', name }
  } catch (error) {
    return none(`Dawn, which leads to it, does not load: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const none = (reason: string): AdapterSearch => ({ state: 'none', reason })

/** By whether a software adapter will do. */
const searches = new Map<boolean, Promise<AdapterSearch>>()

/** The graphics adapter that networks may run on. Looked for once in the life of a process: neither cards nor drivers come later. */
export function findAdapter(): Promise<AdapterSearch> {
  const maySoftware = env[permission] === '1'
  const search = searches.get(maySoftware) ?? searchAdapter(maySoftware)
  searches.set(maySoftware, search)
  return search
}

/** An adapter's device with all the room that it gives. It is TensorFlow.js' for the life of its backend. Throws where there is no adapter, or none that may be used. */
export async function openDevice(): Promise<{ readonly device: GPUDevice; readonly info: GPUAdapterInfo; readonly name: string }> {
  const found = await findAdapter()
  if (found.state === 'none') throw new Error(found.reason)
  const { gpu, globals } = openDawn()
  // What TensorFlow.js finds in a browser without asking.
  Object.assign(globalThis, globals)
  if (!('gpu' in navigator)) Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true })
  // An adapter gives one device: after that one is lost, another adapter has to be asked for.
  const adapter = await gpu.requestAdapter(preference)
  if (adapter === null) throw new Error('the graphics adapter is not there any more')
  const { limits } = adapter
  const device = await adapter.requestDevice({ requiredLimits: Object.fromEntries(wantedLimits.map((limit) => [limit, limits[limit]])) })
  return { device, info: adapter.info, name: found.name }
}

/** Those that the kernels of TensorFlow.js ask the device for; the defaults are what every adapter has. */
const wantedLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const
