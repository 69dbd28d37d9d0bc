import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, sep } from 'node:path'

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
}

export interface PageServer {
  /** Serves the files below `folder` and answers the address of its page; the same one for the same folder. */
  serve(folder: string): Promise<string>
}

/**
 * A plain web server for folders of exports, on the loopback interface alone and under an address that cannot be guessed. It begins with the
 * first folder, and does not keep the process from ending.
 */
export function makePageServer(): PageServer {
  const folders = new Map<string, string>()
  let listening: Promise<Server> | null = null
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    findFile(folders, request)
      .then((file) => (file === null ? refuse(response) : send(file, response)))
      .catch(() => refuse(response))
  }
  return {
    serve: async (folder) => {
      const root = await realpath(folder)
      const server = await (listening ??= listen(answer).catch((error: unknown) => {
        listening = null
        throw error
      }))
      const { port } = server.address() as AddressInfo
      const known = [...folders].find(([, served]) => served === root)?.[0]
      const token = known ?? randomBytes(16).toString('base64url')
      folders.set(token, root)
      return `http://127.0.0.1:${port}/${token}/`
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

/** The real path of what is asked for; null for everything else. Another name for this machine is not answered: a foreign page could have made it up. */
async function findFile(folders: ReadonlyMap<string, string>, { method, url = '', headers }: IncomingMessage): Promise<string | null> {
  if ((method !== 'GET' && method !== 'HEAD') || !/^127\.0\.0\.1:\d+$/.test(headers.host ?? '')) return null
  const [, token = '', ...names] = decodeURIComponent(new URL(url, 'http://studio').pathname).split('/')
  const root = folders.get(token)
  if (root === undefined || names.length === 0 || names.some((name) => name.includes('\0'))) return null
  const file = await realpath(join(root, ...(names.join('') === '' ? ['index.html'] : names)))
  return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : null
}

async function send(file: string, response: ServerResponse): Promise<void> {
  const { size } = await stat(file)
  response.writeHead(200, {
    'content-type': contentTypes[extname(file)] ?? 'application/octet-stream',
    'content-length': size,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  })
  if (response.req.method === 'HEAD') response.end()
  else
    createReadStream(file)
      .once('error', () => response.destroy())
      .pipe(response)
}

function refuse(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found')
}
