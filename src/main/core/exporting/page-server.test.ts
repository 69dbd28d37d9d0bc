import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makePageServer, type PageServer } from './page-server.ts'
import { readProvedFolder } from './proved-folder.ts'

const files = { 'index.html': '<h1>page</h1>', 'model/weights.bin': 'weights' }
const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const hashes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, hash(text)]))

let folder: string
let exported: string
let server: PageServer
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'graft-page-')))
  exported = join(folder, 'export')
  await mkdir(join(exported, 'model'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(exported, 'notes.txt'), 'written by somebody')
  for (const [name, text] of Object.entries(files)) await writeFile(join(exported, name), text)
  await prove({ run: 'run1', sha256OfFiles: hashes })
  server = makePageServer()
})
afterEach(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const prove = (proof: unknown): Promise<void> => writeFile(join(exported, 'proof.json'), JSON.stringify(proof))
const serve = async (): Promise<string> => server.serve(await readProvedFolder(exported, ['run1']))

/** As a browser would not: the path and the host as they are given. */
function ask(address: string, path: string, host?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(address)
    const sent = request({ host: '127.0.0.1', port, path, headers: host === undefined ? {} : { host } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.on('end', () => resolve(`${response.statusCode} ${response.headers['content-type']} ${text}`))
    })
    sent.on('error', reject).end()
  })
}

describe('the page of an export', () => {
  test('is served as it is, with the files of its proof and the proof itself', async () => {
    const address = await serve()
    const { pathname } = new URL(address)
    expect(await ask(address, pathname)).toBe('200 text/html; charset=utf-8 <h1>page</h1>')
    expect(await ask(address, `${pathname}model/weights.bin`)).toBe('200 application/octet-stream weights')
    expect(await ask(address, `${pathname}proof.json`)).toMatch(/^200 application\/json .*"run":"run1"/)
    expect(await serve()).toBe(address)
  })

  test('comes with nothing else: no file that the proof does not list, no other folder, token or host', async () => {
    const address = await serve()
    const { pathname } = new URL(address)
    const asked = ['notes.txt', '../secret.txt', '..%2fsecret.txt', '..%5csecret.txt', 'model', 'model/', 'model/../index.html%00', '%ff']
    for (const path of [...asked.map((each) => pathname + each), '/other/', '/']) expect(await ask(address, path), path).toMatch(/^404/)
    expect(await ask(address, pathname, 'studio.example:80')).toMatch(/^404/)
  })

  test('ends where it changes while it is served, also where a link takes its place', async () => {
    const address = await serve()
    const { pathname } = new URL(address)
    await appendFile(join(exported, 'index.html'), '<script src="evil.js"></script>')
    expect(await ask(address, pathname)).toMatch(/^404/)
    await rename(join(exported, 'model/weights.bin'), join(folder, 'weights.bin'))
    await symlink(join(folder, 'weights.bin'), join(exported, 'model/weights.bin'))
    expect(await ask(address, `${pathname}model/weights.bin`)).toMatch(/^404/)
  })

  test('is gone when the server closes', async () => {
    const address = await serve()
    await server.close()
    await expect(ask(address, new URL(address).pathname)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(await serve()).not.toBe(address)
  })
})

describe('a folder that a project names as an export is not served', () => {
  const refused = (reason: string, file = 'proof.json') =>
    expect(serve()).rejects.toMatchObject({ code: 'EXPORT_UNPROVED', details: { path: exported, reason, file } })

  test('without a proof, or with something else of that name', async () => {
    await rm(join(exported, 'proof.json'))
    await refused('no-proof')
    await writeFile(join(exported, 'proof.json'), 'no JSON')
    await refused('no-proof')
    await rm(join(exported, 'proof.json'))
    await mkdir(join(exported, 'proof.json'))
    await refused('no-proof')
  })

  test('with a proof that a link brings from elsewhere', async () => {
    await rename(join(exported, 'proof.json'), join(folder, 'proof.json'))
    await symlink(join(folder, 'proof.json'), join(exported, 'proof.json'))
    await refused('no-proof')
  })

  test('with the proof of another run', async () => {
    await prove({ run: 'run2', sha256OfFiles: hashes })
    await refused('other-run')
  })

  test('with a proof of an earlier kind, that lists no files', async () => {
    await prove({ run: 'run1' })
    await refused('no-list')
  })

  test('with a proof that lists files outside of it', async () => {
    for (const name of [
      '../secret.txt',
      'model/../../secret.txt',
      join(folder, 'secret.txt'),
      '..\\secret.txt',
      'C:secret.txt',
      './index.html',
      '',
    ]) {
      await prove({ run: 'run1', sha256OfFiles: { ...hashes, [name]: hash('secret') } })
      await refused('no-proof')
    }
  })

  test('with a file that is a link out of it, or below one', async () => {
    await symlink(join(folder, 'secret.txt'), join(exported, 'link.txt'))
    await prove({ run: 'run1', sha256OfFiles: { ...hashes, 'link.txt': hash('secret') } })
    await refused('changed', 'link.txt')
    await symlink(folder, join(exported, 'up'))
    await prove({ run: 'run1', sha256OfFiles: { ...hashes, 'up/secret.txt': hash('secret') } })
    await refused('changed', 'up/secret.txt')
  })

  test('with a file that has changed since, is gone, or a page that was never proved', async () => {
    await appendFile(join(exported, 'model/weights.bin'), '!')
    await refused('changed', 'model/weights.bin')
    await rm(join(exported, 'model/weights.bin'))
    await refused('changed', 'model/weights.bin')
    await prove({ run: 'run1', sha256OfFiles: {} })
    await refused('changed', 'index.html')
  })

  test('when it is gone', async () => {
    await rm(exported, { recursive: true })
    await expect(serve()).rejects.toMatchObject({ code: 'FOLDER_NOT_FOUND' })
  })
})
