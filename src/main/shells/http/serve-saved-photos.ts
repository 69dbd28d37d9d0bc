import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { savedPhotos } from '../../core/exporting/saved-photos.ts'
import type { Studio } from '../../core/studio.ts'

/** `GET /saved-photos/JOB`: the zip that an export of photos has packed, for a browser that may be on another machine. */
export function serveSavedPhotos(app: FastifyInstance, studio: Studio): void {
  app.get<{ Params: { job: string } }>('/saved-photos/:job', async ({ params }, reply) => {
    const saved = savedPhotos(studio.context, params.job)
    const file = saved?.isZip === true ? await stat(saved.path).catch(() => null) : null
    if (saved === null || file?.isFile() !== true) return reply.code(404).type('text/plain; charset=utf-8').send('not found')
    return reply
      .type('application/zip')
      .header('content-length', file.size)
      .header('content-disposition', `attachment; filename="${basename(saved.path)}"`)
      .send(createReadStream(saved.path))
  })
}
