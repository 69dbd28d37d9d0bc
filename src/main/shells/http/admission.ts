import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Why a request is turned away. `stranger`: it comes through a foreign name or from a foreign page. `token`: it does not know the secret. */
export type Admission = 'admitted' | 'stranger' | 'token'

export interface Gate {
  readonly token: string
  /** Does this request come from this machine's own page (Host, Origin, Sec-Fetch-Site), and does it carry the token in its cookie? */
  admit(headers: IncomingHttpHeaders): Admission
  /** Only the first half: the name under which the server is asked for, and the page that asks. */
  isOwnPage(headers: IncomingHttpHeaders): boolean
  isToken(candidate: string): boolean
  /** `Set-Cookie` value that lets a browser in for as long as it runs. */
  readonly cookie: string
}

/** 256 random bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * The gate of a server that listens on loopback at `port`. The Host check stops names that were rebound to 127.0.0.1; the Origin and
 * Sec-Fetch-Site checks stop other pages, those of other local servers included, to which the browser would send our cookie along.
 */
export function createGate(port: number, token: string): Gate {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`])
  // Cookies do not tell ports apart: the name does, so that two studios side by side do not log each other out.
  const cookieName = `graft-${port}`
  const isToken = (candidate: string): boolean => timingSafeEqual(digest(candidate), digest(token))

  const isOwnPage = (headers: IncomingHttpHeaders): boolean => {
    const { host, origin } = headers
    if (host === undefined || !hosts.has(host.toLowerCase())) return false
    if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) return false
    const site = headers['sec-fetch-site']
    return site === undefined || site === 'same-origin' || site === 'none' || isNavigation(headers)
  }

  return {
    token,
    isToken,
    isOwnPage,
    cookie: `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
    admit: (headers) => {
      if (!isOwnPage(headers)) return 'stranger'
      const secret = readCookie(headers.cookie ?? '', cookieName)
      return secret !== null && isToken(secret) ? 'admitted' : 'token'
    },
  }
}

/** A link from elsewhere may lead to the studio; it shows the page in a window of its own and tells the other page nothing. */
function isNavigation(headers: IncomingHttpHeaders): boolean {
  return headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
}

/** Equal lengths for a comparison in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function readCookie(header: string, name: string): string | null {
  for (const part of header.split(';')) {
    const [key, ...value] = part.split('=')
    if (key?.trim() === name) return value.join('=').trim()
  }
  return null
}
