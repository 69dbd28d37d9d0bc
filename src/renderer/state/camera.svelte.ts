import type { CameraProblem } from '../text/try.ts'

export type CameraState =
  | { readonly state: 'off' }
  | { readonly state: 'starting' }
  | { readonly state: 'live'; readonly stream: MediaStream }
  | { readonly state: 'failed'; readonly problem: CameraProblem }

/** Enough for a photo that is worth keeping; the network looks at a few hundred pixels. */
const wanted = { width: { ideal: 1280 }, height: { ideal: 960 } } as const

/** The camera of this computer, on only between `start` and `stop`. The page that uses it stops it when it is left. */
export class Camera {
  current = $state.raw<CameraState>({ state: 'off' })
  /** All that are there; their names are known only once one of them may be used. */
  devices = $state.raw<readonly MediaDeviceInfo[]>([])
  /** Starts are numbered, so that an answer to one that was given up changes nothing. */
  #turn = 0

  get stream(): MediaStream | null {
    return this.current.state === 'live' ? this.current.stream : null
  }

  /** Id of the camera in use. */
  get deviceId(): string | null {
    return this.stream?.getVideoTracks()[0]?.getSettings().deviceId ?? null
  }

  async start(deviceId: string | null = null): Promise<void> {
    this.stop()
    const turn = this.#turn
    this.current = { state: 'starting' }
    const outcome = await openCamera(deviceId)
    if (turn !== this.#turn) {
      if (outcome.state === 'live') end(outcome.stream)
      return
    }
    this.current = outcome
    if (outcome.state !== 'live') return
    for (const track of outcome.stream.getVideoTracks()) {
      track.addEventListener('ended', () => this.#lost(outcome.stream))
    }
    const all = await navigator.mediaDevices.enumerateDevices()
    this.devices = all.filter(({ kind }) => kind === 'videoinput')
  }

  stop(): void {
    this.#turn += 1
    if (this.stream !== null) end(this.stream)
    this.current = { state: 'off' }
  }

  #lost(stream: MediaStream): void {
    if (this.stream === stream) this.current = { state: 'failed', problem: 'ended' }
  }
}

async function openCamera(deviceId: string | null): Promise<CameraState> {
  // Browsers leave it out where a page did not come over a safe way, whatever its type says.
  const media = navigator.mediaDevices as MediaDevices | undefined
  if (media === undefined) return { state: 'failed', problem: 'unsupported' }
  try {
    const video = deviceId === null ? wanted : { ...wanted, deviceId: { exact: deviceId } }
    return { state: 'live', stream: await media.getUserMedia({ video, audio: false }) }
  } catch (error) {
    if (error instanceof DOMException) return { state: 'failed', problem: cameraProblem(error.name) }
    throw error
  }
}

/** What the names of failures of `getUserMedia` mean (W3C Media Capture and Streams, 10.2). */
export function cameraProblem(name: string): CameraProblem {
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none'
    default:
      return 'busy'
  }
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
