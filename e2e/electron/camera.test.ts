import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { _electron, expect } from '@playwright/test'
import { studioEnvironment } from '../studio-server.ts'
import { test } from '../temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

test('the window gives its page the camera and lets it copy, and nothing else that a page can ask for', async ({ folder }) => {
  const executablePath = process.env['GRAFT_TEST_ELECTRON'] ?? join(root, '.cache/test-electron/electron')
  if (!existsSync(executablePath)) throw new Error('no Electron for tests here; npm test brings it')
  const app = await _electron.launch({
    executablePath,
    // A camera and a microphone that show and say something, and no question: what is refused is refused by the studio.
    args: ['--no-sandbox', '--use-fake-device-for-media-stream'],
    env: studioEnvironment(folder),
    cwd: root,
  })
  const page = await app.firstWindow()
  const asked = await page.evaluate(async () => {
    const media = async (constraints: MediaStreamConstraints): Promise<string> => {
      try {
        const stream = await navigator.mediaDevices.getUserMedia(constraints)
        for (const track of stream.getTracks()) track.stop()
        return 'given'
      } catch (error) {
        return error instanceof DOMException ? error.name : String(error)
      }
    }
    return {
      camera: await media({ video: true }),
      microphone: await media({ audio: true }),
      both: await media({ video: true, audio: true }),
      screen: await navigator.mediaDevices.getDisplayMedia({ video: true }).then(
        () => 'given',
        (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
      ),
      copying: await navigator.clipboard.writeText('a path').then(
        () => 'given',
        (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
      ),
      reading: await navigator.clipboard.readText().then(
        () => 'given',
        (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
      ),
      notifications: await Notification.requestPermission(),
    }
  })
  expect(asked).toEqual({
    camera: 'given',
    microphone: 'NotAllowedError',
    both: 'NotAllowedError',
    screen: expect.stringMatching(/Error$/),
    copying: 'given',
    reading: 'NotAllowedError',
    notifications: 'denied',
  })
  await app.close()
})
