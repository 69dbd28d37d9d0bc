import { describe, expect, it } from 'vitest'
import { createGate, newToken } from './admission.ts'

const token = newToken()
const gate = createGate(5123, token)
const cookie = gate.cookie.split(';')[0] ?? ''
const own = { host: '127.0.0.1:5123', cookie }

describe('the gate of the loopback server', () => {
  it('lets in who asks by a loopback name, from its own page, with the token', () => {
    for (const host of ['127.0.0.1:5123', 'localhost:5123', 'LOCALHOST:5123', '[::1]:5123']) {
      expect(gate.admit({ host, cookie, origin: `http://${host.toLowerCase()}` })).toBe('admitted')
    }
    expect(gate.admit(own)).toBe('admitted')
    expect(gate.admit({ ...own, cookie: `other=1; ${cookie}; more=2` })).toBe('admitted')
  })

  it.each([
    ['a name that was rebound to 127.0.0.1', 'evil.example:5123'],
    ['another port', '127.0.0.1:5124'],
    ['no port', '127.0.0.1'],
    ['a name that only begins like ours', '127.0.0.1:5123.evil.example'],
    ['an address on the network', '192.168.0.7:5123'],
    ['nothing', ''],
  ])('turns away a request for %s', (_what, host) => {
    expect(gate.admit({ host, cookie })).toBe('stranger')
  })

  it('turns away a request without a Host', () => {
    expect(gate.admit({ cookie })).toBe('stranger')
  })

  it.each(['http://evil.example', 'http://localhost:5124', 'https://127.0.0.1:5123', 'http://localhost:5123', 'null', ''])(
    'turns away a request from the page %s, even with the cookie',
    (origin) => {
      expect(gate.admit({ ...own, origin })).toBe('stranger')
    },
  )

  it('turns away what the browser itself says comes from another site', () => {
    for (const site of ['cross-site', 'same-site']) expect(gate.admit({ ...own, 'sec-fetch-site': site })).toBe('stranger')
    for (const site of ['same-origin', 'none']) expect(gate.admit({ ...own, 'sec-fetch-site': site })).toBe('admitted')
  })

  it('lets a link from elsewhere open the page, but not a frame or a script', () => {
    const navigation = { ...own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
    expect(gate.admit({ ...navigation, 'sec-fetch-dest': 'document' })).toBe('admitted')
    expect(gate.admit({ ...navigation, 'sec-fetch-dest': 'iframe' })).toBe('stranger')
  })

  it('asks for the token: none, a wrong one and one of another length are all refused', () => {
    for (const wrong of [
      undefined,
      '',
      'graft-5123=',
      `graft-5123=${token}x`,
      `graft-5123=${token.slice(1)}`,
      `graft-5124=${token}`,
      'graft-5123',
    ]) {
      expect(gate.admit({ host: own.host, ...(wrong === undefined ? {} : { cookie: wrong }) })).toBe('token')
    }
  })

  it('gives every start a new token of 256 bits', () => {
    expect(newToken()).not.toBe(newToken())
    expect(Buffer.from(token, 'base64url').length).toBe(32)
  })
})
