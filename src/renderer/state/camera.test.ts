import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Camera } from './camera.svelte.ts'

class FakeTrack extends EventTarget {
  stopped = false
  stop = (): void => void (this.stopped = true)
  getSettings = () => ({ deviceId: 'one' })
}
let tracks: FakeTrack[]
let open: () => Promise<unknown>
const stream = (): unknown => {
  const track = new FakeTrack()
  tracks.push(track)
  return { getTracks: () => [track], getVideoTracks: () => [track] }
}

beforeEach(() => {
  tracks = []
  open = () => Promise.resolve(stream())
  vi.stubGlobal('navigator', {
    mediaDevices: { getUserMedia: () => open(), enumerateDevices: () => Promise.resolve([{ kind: 'videoinput' }, { kind: 'audioinput' }]) },
  })
})
afterEach(() => vi.unstubAllGlobals())

test('the camera is on between start and stop, and no longer', async () => {
  const camera = new Camera()
  await camera.start()
  expect([camera.current.state, camera.devices.length, tracks[0]?.stopped]).toEqual(['live', 1, false])
  camera.stop()
  expect([camera.current.state, tracks[0]?.stopped]).toEqual(['off', true])
})

test('a camera that is given only after the page was left is switched off at once', async () => {
  const given = Promise.withResolvers<unknown>()
  open = () => given.promise
  const camera = new Camera()
  const starting = camera.start()
  camera.stop()
  given.resolve(stream())
  await starting
  expect([camera.current.state, tracks[0]?.stopped]).toEqual(['off', true])
})

test.each([
  ['NotAllowedError', 'denied'],
  ['NotFoundError', 'none'],
  ['NotReadableError', 'busy'],
])('%s is said as %s', async (name, problem) => {
  open = () => Promise.reject(new DOMException('', name))
  const camera = new Camera()
  await camera.start()
  expect(camera.current).toEqual({ state: 'failed', problem })
})

test('a browser without cameras and a camera that is unplugged are said', async () => {
  const camera = new Camera()
  await camera.start()
  tracks[0]?.dispatchEvent(new Event('ended'))
  expect(camera.current).toEqual({ state: 'failed', problem: 'ended' })
  vi.stubGlobal('navigator', {})
  await camera.start()
  expect(camera.current).toEqual({ state: 'failed', problem: 'unsupported' })
})
