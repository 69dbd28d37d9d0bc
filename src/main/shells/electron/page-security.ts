import { app, shell, type Session, type WebContents, type WebFrameMain } from 'electron'
import type { Log } from '../../core/context.ts'

export const scheme = 'graft'
export const pageOrigin = `${scheme}://studio`
export const photoOrigin = `${scheme}://photos`
export const pageAddress = `${pageOrigin}/`

/** Sites that a link in the studio may open in the system's browser. */
const linkedHosts = new Set([
  'github.com',
  'www.tensorflow.org',
  'onnx.ai',
  'arxiv.org',
  'doi.org',
  'www.apache.org',
  'creativecommons.org',
])

/** Whether a message comes from the studio's own page, and not from a frame inside it. */
export function isOwnPage(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isPageAddress(frame.url)
}

function isPageAddress(address: string): boolean {
  return URL.canParse(address) && address.startsWith(pageAddress)
}

/** What the page may load: its own files and photos; no network at all. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Components set sizes with inline style attributes.
  "style-src-attr 'unsafe-inline'",
  `img-src 'self' ${photoOrigin} data: blob:`,
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Writing text to the clipboard, never reading it: paths are copied. */
const copying = 'clipboard-sanitized-write'

/** Denies what the page never needs, whatever runs in it: other pages, windows, web views, permissions but the camera and copying. */
export function restrict(session: Session, log: Log): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const isOwn = isPageAddress(contents.getURL())
    const types = 'mediaTypes' in details ? (details.mediaTypes as readonly string[] | undefined) : undefined
    const onlyVideo = types !== undefined && types.length > 0 && types.every((type) => type === 'video')
    answer(isOwn && (permission === copying || (permission === 'media' && onlyVideo)))
  })
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    const isOwn = origin.replace(/\/$/, '') === pageOrigin
    return isOwn && (permission === copying || (permission === 'media' && details.mediaType === 'video'))
  })
  session.setDevicePermissionHandler(() => false)
  const isLocal = (url: string): boolean => /^(graft|devtools|blob|data):/.test(url)
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !isLocal(url) }))
  app.on('web-contents-created', (_event, contents) => keepAtHome(contents, log))
}

function keepAtHome(contents: WebContents, log: Log): void {
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (isPageAddress(url)) return
    event.preventDefault()
    log.info('a navigation was refused', { url: url.slice(0, 200) })
  }
  contents.on('will-navigate', (event) => stay(event, event.url))
  contents.on('will-redirect', (event) => stay(event, event.url))
  contents.on('will-frame-navigate', (event) => stay(event, event.url))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isAllowedLink(url)) void shell.openExternal(url)
    else log.info('a window was refused', { url: url.slice(0, 200) })
    return { action: 'deny' }
  })
}

function isAllowedLink(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, port } = new URL(url)
  return protocol === 'https:' && username === '' && port === '' && linkedHosts.has(hostname)
}
