import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname } from 'node:path'
import { readProvedFile, type ProvedFolder } from './proved-folder.ts'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  // As text, which every browser shows.
  '.md': 'text/plain; charset=utf-8',
}

export interface PageServer {
  /** Serves the files that are proved and answers the address of their page; the same one for the same folder. */
  serve(page: ProvedFolder): Promise<string>
  /** Ends every connection. What is served afterwards gets a new address. */
  close(): Promise<void>
}

/**
 * A plain web server for exports, on the loopback interface alone and under an address that cannot be guessed. It begins with the first
 * page, and does not keep the process from ending.
 */
export function makePageServer(): PageServer {
  const pages = new Map<string, ProvedFolder>()
  let listening: Promise<Server> | null = null
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    findFile(pages, request)
      .then((found) => (found === null ? refuse(response) : send(found, response)))
      .catch(() => refuse(response))
  }
  return {
    serve: async (page) => {
      const server = await (listening ??= listen(answer).catch((error: unknown) => {
        listening = null
        throw error
      }))
      const { port } = server.address() as AddressInfo
      const known = [...pages].find(([, served]) => served.root === page.root)?.[0]
      const token = known ?? randomBytes(16).toString('base64url')
      pages.set(token, page)
      return `http://127.0.0.1:${port}/${token}/`
    },
    close: async () => {
      const server = await listening
      listening = null
      pages.clear()
      if (server === null) return
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(answer)
  server.unref()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(server))
  })
}

interface Found {
  readonly name: string
  readonly bytes: Buffer
}

/** What is asked for; null for everything else. Another name for this machine is not answered: a foreign page could have made it up. */
async function findFile(pages: ReadonlyMap<string, ProvedFolder>, { method, url = '', headers }: IncomingMessage): Promise<Found | null> {
  if ((method !== 'GET' && method !== 'HEAD') || !/^127\.0\.0\.1:\d+$/.test(headers.host ?? '')) return null
  const [, token = '', ...names] = decodeURIComponent(new URL(url, 'http://studio').pathname).split('/')
  const page = pages.get(token)
  if (page === undefined || names.length === 0) return null
  const name = names.join('/') === '' ? 'index.html' : names.join('/')
  const bytes = await readProvedFile(page, name)
  return bytes === null ? null : { name, bytes }
}

function send({ name, bytes }: Found, response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': contentTypes[extname(name)] ?? 'application/octet-stream',
    'content-length': bytes.length,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  response.end(response.req.method === 'HEAD' ? undefined : bytes)
}

function refuse(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found')
}
