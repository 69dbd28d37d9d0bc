import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { protocol, type Session } from 'electron'
import type { Studio } from '../../core/studio.ts'
import { readPhoto } from '../photo-address.ts'
import { pageOrigin, pagePolicy, photoOrigin, scheme } from './page-security.ts'

const contentTypes: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** Makes `graft:` a scheme with origins of its own, like https. Must be called before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

/** Answers `graft://studio/...` from the folder of the built page and `graft://photos/KIND/HASH.jpg` or `graft://photos/original/HASH` from the open project. */
export async function serveScheme(session: Session, studio: Studio, page: string): Promise<void> {
  const root = await realpath(page)
  session.protocol.handle(scheme, async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'method not allowed')
    const { origin, host, pathname } = new URL(request.url)
    // Chromium and Node disagree about the origin of schemes of one's own; the host is the same for both.
    const asked = origin === 'null' ? `${scheme}://${host}` : origin
    if (asked === pageOrigin) return answerPage(root, pathname)
    if (asked === photoOrigin) return answerPhoto(studio, pathname)
    return plain(404, 'not found')
  })
}

async function answerPage(root: string, pathname: string): Promise<Response> {
  const file = await findPageFile(root, pathname)
  if (file === null) return plain(404, 'not found')
  return new Response(new Uint8Array(await readFile(file)), {
    headers: {
      'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': pagePolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    },
  })
}

async function answerPhoto(studio: Studio, pathname: string): Promise<Response> {
  const photo = await readPhoto(studio.context, pathname)
  if (photo === null) return plain(404, 'not found')
  return new Response(new Uint8Array(photo.bytes), {
    headers: {
      'content-type': photo.type,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=31536000, immutable',
    },
  })
}

/** A file of the page by its real path, or null. */
async function findPageFile(root: string, pathname: string): Promise<string | null> {
  const name = decode(pathname)
  if (name === null || name.includes('\0')) return null
  try {
    const file = await realpath(join(root, name === '/' ? 'index.html' : name))
    return file.startsWith(root + sep) && extname(file) !== '' ? file : null
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
    throw error
  }
}

function decode(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname)
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

function plain(status: number, text: string): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' } })
}
