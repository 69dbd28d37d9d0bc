import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makePageServer } from './page-server.ts'

let folder: string
let address: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-page-'))
  await mkdir(join(folder, 'export', 'model'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'export', 'index.html'), '<h1>page</h1>')
  await writeFile(join(folder, 'export', 'model', 'weights.bin'), 'weights')
  await symlink(join(folder, 'secret.txt'), join(folder, 'export', 'link.txt'))
  address = await makePageServer().serve(join(folder, 'export'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** As a browser would not: the path and the host as they are given. */
function ask(path: string, host?: string): Promise<string> {
  const { port } = new URL(address)
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: host === undefined ? {} : { host } }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (more: string) => (text += more))
      response.on('end', () => resolve(`${response.statusCode} ${response.headers['content-type']} ${text}`))
    })
    sent.on('error', reject).end()
  })
}

test('the page of an export and the files beside it are served as they are', async () => {
  const { pathname } = new URL(address)
  expect(await ask(pathname)).toBe('200 text/html; charset=utf-8 <h1>page</h1>')
  expect(await ask(`${pathname}model/weights.bin`)).toBe('200 application/octet-stream weights')
})

test('nothing else is: no other folder, no link that leads out, no other token, no other host', async () => {
  const { pathname } = new URL(address)
  const asked = [
    `${pathname}../secret.txt`,
    `${pathname}..%2fsecret.txt`,
    `${pathname}link.txt`,
    `${pathname}model`,
    '/other/',
    '/',
    '/%ff',
  ]
  for (const path of asked) expect(await ask(path), path).toMatch(/^404/)
  expect(await ask(pathname, 'studio.example:80')).toMatch(/^404/)
})
