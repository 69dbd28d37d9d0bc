import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { request, type OutgoingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { drawFolder, drawPicture, type DrawnFormat } from '../../core/testing/draw-pictures.ts'
import { testStudio, type TestStudio } from '../../core/testing/studio.ts'
import { openHttpDoor, type HttpDoor } from './http-door.ts'

let studio: TestStudio
let door: HttpDoor
let host: string
let own: OutgoingHttpHeaders
let projectPath: string
let hash: string

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** Node's own client: it sends the path and the headers as they are given, which `fetch` does not. */
function ask(path: string, headers: OutgoingHttpHeaders = own, method = 'GET', body?: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: door.port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** What an upgrade ends with: `open`, or the status of the refusal. */
function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${door.port}${path}`, { headers })
    socket.on('open', () => {
      resolve('open')
      socket.close()
    })
    socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
    socket.on('error', (error) => resolve(error.message))
  })
}

beforeAll(async () => {
  studio = await testStudio()
  const page = join(studio.folder, 'page')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Graft</title>')
  await writeFile(join(page, 'assets/app-1a2b.js'), 'export {}')
  await writeFile(join(studio.folder, 'secret.txt'), 'secret')
  door = await openHttpDoor({ studio, page, port: 0, log: studio.context.log })
  host = `127.0.0.1:${door.port}`
  own = { host, cookie: `graft-${door.port}=${door.token}` }
  projectPath = (await studio.client.project.create({ name: 'Doors' })).path
  await drawFolder(join(studio.folder, 'photos'), { perClass: 1 })
  const { jobId } = await studio.client.images.import({ paths: [join(studio.folder, 'photos')], labelFromFolders: true, backbone: null })
  await studio.result(jobId, 'import')
  const { images } = await studio.client.images.list({ filter: {}, offset: 0, limit: 10 })
  hash = images[0]?.hash ?? ''
})
afterAll(async () => {
  await door.close()
  await studio.close()
})

describe('who is let in', () => {
  it('is given a cookie by the address with the token, and sent on to one without it', async () => {
    const { pathname, search } = new URL(door.address)
    const first = await ask(pathname + search, { host })
    expect([first.status, first.headers.location]).toEqual([200, undefined])
    expect(first.body.toString()).toContain('content="0;url=/"')
    expect(first.body.toString()).not.toContain(door.token)
    const cookie = String(first.headers['set-cookie'])
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/)
    expect((await ask('/', { host, cookie: cookie.split(';')[0] ?? '' })).body.toString()).toContain('Graft')
  })

  it.each([
    ['no token', () => ({ host }), 401],
    ['a wrong token', () => ({ host, cookie: `graft-${door.port}=wrong` }), 401],
    ['a foreign Host', () => ({ ...own, host: `evil.example:${door.port}` }), 403],
    ['a foreign Origin', () => ({ ...own, origin: 'http://evil.example' }), 403],
    ['the Origin of another local server', () => ({ ...own, origin: 'http://127.0.0.1:1' }), 403],
  ])('is not a request with %s, wherever it goes', async (_what, headers, status) => {
    for (const path of ['/', '/assets/app-1a2b.js', `/photos/thumbnail/${hash}.jpg`, '/session', '/uploads', '/nothing']) {
      const answer = await ask(path, headers())
      expect([path, answer.status]).toEqual([path, status])
      expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    }
    expect((await ask('/uploads?drop=drop-0001', headers(), 'POST', Buffer.from('x'))).status).toBe(status)
  })

  it('is not a wrong token in the address, nor a right one under a foreign name', async () => {
    expect((await ask('/?token=wrong', { host })).status).toBe(401)
    expect((await ask(`/?token=${door.token}`, { host: `evil.example:${door.port}` })).status).toBe(403)
    expect((await ask(`/session?token=${door.token}`, { host })).status).toBe(401)
  })

  it('opens a socket only with token, Host and Origin right', async () => {
    const cookie = String(own['cookie'])
    const origin = `http://${host}`
    expect(await upgrade({ host, cookie, origin })).toBe('open')
    expect(await upgrade({ host, origin })).toBe('401')
    expect(await upgrade({ host, cookie })).toBe('403')
    expect(await upgrade({ host, cookie, origin: 'http://evil.example' })).toBe('403')
    expect(await upgrade({ host: `evil.example:${door.port}`, cookie, origin: `http://evil.example:${door.port}` })).toBe('403')
    expect(await upgrade({ host, cookie, origin }, '/elsewhere')).toBe('404')
  })
})

describe('the page', () => {
  it('comes with headers that forbid frames, sniffing, referrers and foreign scripts', async () => {
    const { headers } = await ask('/')
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-cache',
    })
    const policy = String(headers['content-security-policy'])
    for (const part of ["script-src 'self'", "frame-ancestors 'none'", `connect-src 'self' ws://${host}`]) expect(policy).toContain(part)
    expect(policy).not.toContain('unsafe-eval')
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/)
    expect((await ask('/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable')
  })

  it.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/..%5c..%5c..%5csecret.txt', '//etc/passwd', '/%00'])(
    'serves nothing beside its own folder: %s',
    async (path) => {
      const answer = await ask(path)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.body.toString()).not.toContain('secret')
    },
  )
})

describe('photos', () => {
  it('come from the open project and are cached for good', async () => {
    for (const kind of ['thumbnail', 'working-copy']) {
      const { status, headers, body } = await ask(`/photos/${kind}/${hash}.jpg`)
      expect([status, headers['content-type']]).toEqual([200, 'image/jpeg'])
      expect(headers['cache-control']).toBe('private, max-age=31536000, immutable')
      expect(body.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
    }
  })

  it('that the project does not have are not found, in whatever way they are asked for', async () => {
    const unknown = 'a'.repeat(64)
    for (const path of [
      `thumbnail/${unknown}.jpg`,
      `original/${hash}.jpg`,
      `thumbnail/${hash}`,
      `thumbnail/${hash.toUpperCase()}.jpg`,
      `thumbnail/../working-copy/${hash}.jpg`,
      `thumbnail/..%2fworking-copy%2f${hash}.jpg`,
      `thumbnail/%2e%2e/%2e%2e/project.sqlite`,
      `thumbnail/${hash}.jpg%00`,
      `thumbnail%2f${hash}.jpg`,
    ]) {
      const { status } = await ask(`/photos/${path}`)
      // A client that resolves `..` itself asks for a photo that is there.
      expect([path, status]).toEqual([path, path.includes('/../working-copy/') ? 200 : 404])
    }
  })

  it('are not served through a symbolic link that leaves the project', async () => {
    const name = `${hash}.jpg`
    const found = (await readdir(projectPath, { recursive: true, withFileTypes: true })).find((each) => each.isFile() && each.name === name)
    const file = join(found?.parentPath ?? '', name)
    const bytes = await readFile(file)
    await rm(file)
    await symlink(join(studio.folder, 'secret.txt'), file)
    const answers = await Promise.all(['thumbnail', 'working-copy'].map((kind) => ask(`/photos/${kind}/${name}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404])
    expect(answers.some(({ body }) => body.toString().includes('secret'))).toBe(false)
    await rm(file)
    await writeFile(file, bytes)
  })

  it('are shown as the very file that was imported, of its own kind, while that is there', async () => {
    const folder = join(studio.folder, 'originals')
    await mkdir(folder)
    const types = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif', tiff: null } as const
    const seeds = Object.entries(types).map(([format, type], index) => ({ format: format as DrawnFormat, type, seed: 900 + index }))
    for (const { format, type, seed } of seeds) {
      const bytes = await drawPicture({ shape: 'cross', seed }, format)
      // The name says nothing of the kind.
      const file = join(folder, `${format}.html`)
      await writeFile(file, bytes)
      const { jobId } = await studio.client.images.import({ paths: [file], labelFromFolders: false, backbone: null })
      await studio.result(jobId, 'import')
      const { status, headers, body } = await ask(`/photos/original/${sha256(bytes)}`)
      expect([format, status]).toEqual([format, type === null ? 404 : 200])
      expect(headers['x-content-type-options']).toBe('nosniff')
      if (type === null) continue
      expect([headers['content-type'], body.equals(bytes)]).toEqual([type, true])
      await writeFile(file, Buffer.concat([bytes, Buffer.from([0])]))
      expect((await ask(`/photos/original/${sha256(bytes)}`)).status).toBe(404)
      await rm(file)
      expect((await ask(`/photos/original/${sha256(bytes)}`)).status).toBe(404)
    }
  })

  it('are shown as their originals only where a browser turns those upright as the studio does', async () => {
    const folder = join(studio.folder, 'turned')
    await mkdir(folder)
    const picture = await drawPicture({ shape: 'cross', seed: 950 }, 'png')
    for (const [format, status] of Object.entries({ jpeg: 200, png: 200, avif: 200, webp: 404 })) {
      const bytes = await sharp(picture)
        .withMetadata({ orientation: 6 })
        .toFormat(format as DrawnFormat)
        .toBuffer()
      await writeFile(join(folder, format), bytes)
      const { jobId } = await studio.client.images.import({ paths: [join(folder, format)], labelFromFolders: false, backbone: null })
      await studio.result(jobId, 'import')
      expect(await studio.client.images.get({ hash: sha256(bytes) })).toMatchObject({ widthPx: 240, heightPx: 320 })
      expect([format, (await ask(`/photos/original/${sha256(bytes)}`)).status]).toEqual([format, status])
      expect((await ask(`/photos/working-copy/${sha256(bytes)}.jpg`)).status).toBe(200)
    }
  })

  it('are never a file that a project of a stranger names: its content has to be the photo, and a picture', async () => {
    const { db } = studio.context.project()
    const before = db.prepare('SELECT hash, source_path AS path FROM image WHERE hash = ?').get(hash) as { hash: string; path: string }
    const script = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
    const hostile = sha256(script)
    await writeFile(join(studio.folder, 'innocent.jpg'), script)
    const set = (to: { hash: string; path: string }) =>
      db.prepare('UPDATE image SET hash = ?, source_path = ? WHERE source_path = ? OR hash = ?').run(to.hash, to.path, before.path, hostile)
    const statusOf = async (asked: string) => (await ask(`/photos/original/${asked}`)).status
    expect(await statusOf(hash)).toBe(200)
    for (const path of [join(studio.folder, 'secret.txt'), studio.folder, '/dev/zero', join(studio.folder, 'gone.jpg')]) {
      db.prepare('UPDATE image SET source_path = ? WHERE hash = ?').run(path, hash)
      expect([path, await statusOf(hash)]).toEqual([path, 404])
    }
    db.prepare('UPDATE image SET source_path = ? WHERE hash = ?').run(before.path, hash)
    set({ hash: hostile, path: join(studio.folder, 'innocent.jpg') })
    expect(await statusOf(hostile)).toBe(404)
    db.prepare('UPDATE image SET hash = ?, source_path = ? WHERE hash = ?').run(before.hash, before.path, hostile)
    expect(await statusOf(hash)).toBe(200)
    for (const path of [`${hash}.jpg`, hash.toUpperCase(), 'a'.repeat(64), `../original/${hash}/..`, `${hash}%00`])
      expect([path, await statusOf(path)]).toEqual([path, 404])
  })

  it('are not found when no project is open', async () => {
    await studio.client.project.close()
    expect((await ask(`/photos/thumbnail/${hash}.jpg`)).status).toBe(404)
    await studio.client.project.open({ path: projectPath })
    expect((await ask(`/photos/thumbnail/${hash}.jpg`)).status).toBe(200)
  })
})

describe('uploads', () => {
  const octets = (): OutgoingHttpHeaders => ({ ...own, 'content-type': 'application/octet-stream' })

  const upload = async (files: readonly (readonly [path: string, bytes: Buffer])[]): Promise<{ status: number; answer: unknown }> => {
    const parts = files.flatMap(([path, bytes]) => [Buffer.from(`${JSON.stringify({ path, sizeBytes: bytes.length })}\n`), bytes])
    const { status, body } = await ask('/uploads?drop=drop-0001', octets(), 'POST', Buffer.concat(parts))
    return { status, answer: JSON.parse(body.toString()) as unknown }
  }

  it('come many in one request; each answers what to import', async () => {
    const bytes = await readFile(await firstFile(join(studio.folder, 'photos')))
    const large = Buffer.alloc(3 * 1024 * 1024, 7)
    const { status, answer } = await upload([
      ['more/cat/1.jpg', bytes],
      ['more/dog/1.jpg', large],
      ['empty.jpg', Buffer.alloc(0)],
    ])
    const paths = (answer as { path: string }[]).map(({ path }) => path)
    expect([status, paths[0], paths.length]).toEqual([200, paths[1], 3])
    expect(await readFile(join(paths[0] ?? '', 'cat/1.jpg'))).toEqual(bytes)
    expect((await readFile(join(paths[0] ?? '', 'dog/1.jpg'))).equals(large)).toBe(true)
    expect(await readFile(paths[2] ?? '')).toEqual(Buffer.alloc(0))
  })

  it('say in the words of the contract what is wrong with one of them, and keep the others', async () => {
    const { status, answer } = await upload([
      ['../1.jpg', Buffer.from('wrong')],
      ['right.jpg', Buffer.from('right')],
    ])
    expect([status, answer]).toMatchObject([200, [{ error: { code: 'INVALID_INPUT' } }, { path: expect.stringMatching(/right\.jpg$/) }]])
  })

  it('are not taken from a form, which another page could send', async () => {
    const form = { ...own, 'content-type': 'multipart/form-data; boundary=x' }
    expect((await ask('/uploads?drop=drop-0001', form, 'POST', Buffer.from('x'))).status).toBe(415)
  })
})

describe('closing', () => {
  it('ends connections that are open and leaves no uploads', async () => {
    const another = await openHttpDoor({ studio, page: join(studio.folder, 'page'), port: 0, log: studio.context.log })
    const idle = connect(another.port, '127.0.0.1')
    const headers = {
      host: `127.0.0.1:${another.port}`,
      cookie: `graft-${another.port}=${another.token}`,
      origin: `http://127.0.0.1:${another.port}`,
    }
    const socket = new WebSocket(`ws://127.0.0.1:${another.port}/rpc`, { headers })
    await new Promise((resolve) => socket.on('open', resolve))
    const closed = Promise.all([new Promise((resolve) => socket.on('close', resolve)), new Promise((resolve) => idle.on('close', resolve))])
    idle.resume()
    await another.close()
    await closed
    expect(await readdir(join(studio.folder, 'data/uploads'))).toHaveLength(1)
  })
})

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

async function firstFile(folder: string): Promise<string> {
  const found = (await readdir(folder, { recursive: true, withFileTypes: true })).find((each) => each.isFile())
  return join(found?.parentPath ?? '', found?.name ?? '')
}
