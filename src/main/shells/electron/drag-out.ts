import { ipcMain, nativeImage, type NativeImage } from 'electron'
import { dragMessage } from '../../contract/preload-bridge.ts'
import type { Studio } from '../../core/studio.ts'
import { findPhoto } from '../photo-address.ts'
import { DragMessage, filesToDrag } from './drag-files.ts'
import { isOwnPage } from './page-security.ts'

const iconPx = 64
/** The accent colour, as blue, green, red and opacity. */
const plainPixel = Buffer.from([0x5b, 0x7a, 0x2f, 0xff])

/** Begins a drag of the system's own when the page asks for one, so that files can be dropped in any other program. */
export function answerDrags({ context }: Studio): void {
  ipcMain.on(dragMessage, (event, message: unknown) => {
    const request = DragMessage.safeParse(message)
    if (!isOwnPage(event.senderFrame) || !request.success) return
    const begin = async (): Promise<void> => {
      const [file, ...others] = await filesToDrag(context, request.data)
      if (file === undefined || event.sender.isDestroyed()) return
      const icon = await iconOf(context, request.data.kind === 'photos' ? (request.data.hashes[0] ?? null) : null)
      event.sender.startDrag({ file, files: [file, ...others], icon })
    }
    begin().catch((error: unknown) => context.log.error('nothing could be dragged out', { error: String(error) }))
  })
}

/** The first photo, small. An empty icon would be refused. */
async function iconOf(context: Studio['context'], hash: string | null): Promise<NativeImage> {
  const file = hash === null ? null : await findPhoto(context, `/thumbnail/${hash}.jpg`)
  const picture = file === null ? nativeImage.createEmpty() : nativeImage.createFromPath(file).resize({ width: iconPx })
  if (!picture.isEmpty()) return picture
  const pixels = Buffer.alloc(iconPx * iconPx * plainPixel.length, plainPixel)
  return nativeImage.createFromBitmap(pixels, { width: iconPx, height: iconPx })
}
