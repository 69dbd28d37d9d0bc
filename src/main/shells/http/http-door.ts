import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import fastifyStatic from '@fastify/static'
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import { StudioError, toWireError } from '../../contract/errors.ts'
import type { Log } from '../../core/context.ts'
import type { Studio } from '../../core/studio.ts'
import { readPhoto } from '../photo-address.ts'
import { createGate, newToken, type Gate } from './admission.ts'
import { admittedPage, notBuiltPage, refusalPage } from './plain-pages.ts'
import { receiveUploads } from './receive-uploads.ts'
import { openRpcSocket } from './rpc-socket.ts'
import { securityHeaders } from './security-headers.ts'
import { serveSavedPhotos } from './serve-saved-photos.ts'
import { openUploadFolder, type UploadFolder } from './upload-folder.ts'

export interface HttpDoor {
  /** `http://127.0.0.1:PORT/?token=...`: what to open; lets a browser in for as long as it runs. */
  readonly address: string
  readonly port: number
  readonly token: string
  /** Ends every connection and deletes uploads. The studio stays open. */
  close(): Promise<void>
}

export interface HttpDoorOptions {
  readonly studio: Studio
  /** Folder of the built page. */
  readonly page: string
  /** 0 takes a free one. */
  readonly port: number
  readonly log: Log
  readonly token?: string
}

/** Serves the studio on 127.0.0.1 to browsers that know the token. Fails with the system's error when the port is taken. */
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { studio, page, log } = options
  const app = fastify({ logger: false, forceCloseConnections: true })
  const uploads = await openUploadFolder(studio.context.dataDir, log)
  let gate: Gate | null = null
  // The port is part of the checks and is known only after listening; until then nobody is let in.
  const currentGate = (): Gate => {
    if (gate === null) throw new Error('the server is not listening yet')
    return gate
  }
  answerErrors(app, log)
  admitOnly(app, currentGate)
  servePhotos(app, studio)
  serveSavedPhotos(app, studio)
  serveUploads(app, uploads)
  app.get('/session', (_request, reply) => reply.code(204).send())
  await servePage(app, page)
  try {
    await app.listen({ host: '127.0.0.1', port: options.port })
  } catch (error) {
    await uploads.close()
    throw error
  }
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const listening = createGate(address.port, options.token ?? newToken())
  gate = listening
  const socket = openRpcSocket(app.server, studio, listening, log)
  return {
    address: `http://127.0.0.1:${address.port}/?token=${listening.token}`,
    port: address.port,
    token: listening.token,
    close: async () => {
      await socket.close()
      await app.close()
      await uploads.close()
    },
  }
}

/** Every request passes here first. The first visit, with the token in its address, gets the cookie and an address without the token. */
function admitOnly(app: FastifyInstance, gate: () => Gate): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders(request.headers.host ?? ''))
    reply.header('cache-control', 'no-store')
    const { method, headers } = request
    const address = new URL(request.url, 'http://studio')
    const candidate = address.searchParams.get('token')
    if (candidate !== null && address.pathname === '/' && method === 'GET' && gate().isOwnPage(headers) && gate().isToken(candidate)) {
      return reply.header('set-cookie', gate().cookie).type('text/html; charset=utf-8').send(admittedPage)
    }
    const admission = gate().admit(headers)
    if (admission === 'admitted') return
    return reply
      .code(admission === 'token' ? 401 : 403)
      .type('text/html; charset=utf-8')
      .send(refusalPage(admission))
  })
}

/** The same address is always the same picture. */
const unchanging = 'private, max-age=31536000, immutable'

function servePhotos(app: FastifyInstance, studio: Studio): void {
  app.get('/photos/*', async (request, reply) => {
    const { pathname } = new URL(request.url, 'http://studio')
    const photo = await readPhoto(studio.context, pathname)
    return photo === null ? notFound(reply) : reply.type(photo.type).header('cache-control', unchanging).send(photo.bytes)
  })
}

/** `POST /uploads?drop=ID`, as `contract/uploads.ts` describes it. */
function serveUploads(app: FastifyInstance, uploads: UploadFolder): void {
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.post<{ Querystring: { drop?: string }; Body: Readable | undefined }>('/uploads', async ({ query: { drop }, body }, reply) => {
    if (typeof drop !== 'string' || body === undefined)
      throw new StudioError('INVALID_INPUT', { reason: 'an upload needs a drop and a body' })
    return reply.send(await receiveUploads(uploads, drop, body))
  })
}

async function servePage(app: FastifyInstance, page: string): Promise<void> {
  if (!existsSync(join(page, 'index.html'))) {
    app.get('/', (_request, reply) => reply.code(503).type('text/html; charset=utf-8').send(notBuiltPage))
    app.setNotFoundHandler((_request, reply) => notFound(reply))
    return
  }
  await app.register(fastifyStatic, {
    root: page,
    cacheControl: false,
    dotfiles: 'ignore',
    setHeaders: (reply, path) => {
      // Vite puts a hash of the content into the names of its assets.
      const isHashed = path.startsWith(join(page, 'assets'))
      reply.header('cache-control', isHashed ? 'private, max-age=31536000, immutable' : 'no-cache')
    },
  })
  app.setNotFoundHandler((_request, reply) => notFound(reply))
}

function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain; charset=utf-8').send('not found')
}

/** Failures as data, as over every other door. */
function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const wire = toWireError(error)
    const status = error instanceof StudioError ? 400 : (error.statusCode ?? 500)
    if (status >= 500) log.error('a request failed', { method: request.method, url: request.url.split('?')[0], message: error.message })
    return reply.code(status).send(wire)
  })
}
