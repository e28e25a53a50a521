import { describe, expect, it } from 'vitest'
import { refusalOf } from '../mint.test.support.ts'
import { extractCredential } from './index.ts'

const cookie = { name: 'at', origins: new Set(['https://app.example']) }

const verdictOn = (method: string | undefined, ...fields: string[]) =>
  refusalOf(() => extractCredential({ method, url: '/', rawHeaders: ['cookie', 'at=abc', ...fields] }, cookie, 64))

const accepted = { code: 'accepted' }
const foreignSite = { code: 'cross_site_request', reason: 'Sec-Fetch-Site is neither same-origin nor none' }
const foreignOrigin = { code: 'cross_site_request', reason: 'Origin is not ours, and Sec-Fetch-Site is absent' }

describe('a request with a cookie that says nothing of where it comes from', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE'])(
    'COOKIE-2: passes with the method %s, which changes nothing',
    async (method) => {
      expect(await verdictOn(method)).toEqual(accepted)
    },
  )

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'CONNECT', 'PURGE', 'get', 'GET ', '', undefined])(
    'COOKIE-2: is refused with the method %j',
    async (method) => expect(await verdictOn(method)).toEqual(foreignOrigin),
  )

  it.each(['x-http-method-override', 'X-HTTP-Method', 'X-Method-Override', 'Upgrade'])(
    'COOKIE-4: is refused with a field %s, whatever it says',
    async (name) => {
      for (const value of ['', 'GET', 'DELETE', 'websocket']) {
        expect(await verdictOn('GET', name, value)).toEqual(foreignOrigin)
      }
    },
  )
})

describe('Sec-Fetch-Site', () => {
  it.each(['same-origin', 'none'])('COOKIE-2: lets an unsafe request pass that says %s', async (site) => {
    expect(await verdictOn('POST', 'Sec-Fetch-Site', site)).toEqual(accepted)
  })

  it.each(['cross-site', 'same-site', 'Same-Origin', 'same-origin ', 'null', ''])(
    'COOKIE-2: refuses an unsafe request that says %j, also where its origin is that of its host',
    async (site) => {
      const own = ['host', 'api.example', 'origin', 'https://api.example']
      expect(await verdictOn('POST', 'sec-fetch-site', site)).toEqual(foreignSite)
      expect(await verdictOn('POST', 'sec-fetch-site', site, ...own)).toEqual(foreignSite)
    },
  )

  it('COOKIE-2: refuses an unsafe request that has it twice', async () => {
    for (const site of ['same-origin', 'none', 'cross-site']) {
      expect(await verdictOn('POST', 'sec-fetch-site', 'same-origin', 'sec-fetch-site', site)).toEqual(foreignSite)
    }
  })

  it('COOKIE-2: is not asked for from an origin that is allowed', async () => {
    const allowed = ['origin', 'https://app.example', 'sec-fetch-site', 'cross-site']
    expect(await verdictOn('POST', ...allowed)).toEqual(accepted)
    expect(await verdictOn('POST', ...allowed, 'origin', 'https://app.example')).toEqual(foreignSite)
  })
})

describe('Origin', () => {
  it.each([
    ['https://api.example', 'api.example'],
    ['https://api.example', 'API.Example'],
    ['https://api.example:8443', 'api.example:8443'],
    ['http://localhost', 'localhost'],
    ['http://localhost:3000', 'localhost:3000'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000'],
    ['http://127.10.200.255', '127.10.200.255'],
    ['http://[::1]:3000', '[::1]:3000'],
  ])('COOKIE-2: lets an unsafe request from %s to %s pass', async (origin, host) => {
    expect(await verdictOn('POST', 'Host', host, 'Origin', origin)).toEqual(accepted)
  })

  it.each([
    ['https://evil.example', 'api.example'],
    ['https://api.example', 'api.example:8443'],
    ['https://api.example:8443', 'api.example'],
    ['https://api.example:443', 'api.example'],
    ['https://api.example/', 'api.example'],
    ['https://API.example', 'api.example'],
    ['https://user@api.example', 'api.example'],
    ['https://api.example, https://api.example', 'api.example'],
    ['http://api.example', 'api.example'],
    ['ftp://api.example', 'api.example'],
    ['ftp://localhost', 'localhost'],
    ['ws://localhost', 'localhost'],
    ['http://localhost.example', 'localhost.example'],
    ['http://127.0.0.1.example', '127.0.0.1.example'],
    ['http://10.127.0.1', '10.127.0.1'],
    ['http://[::2]', '[::2]'],
    ['api.example', 'api.example'],
    ['null', 'null'],
    ['', ''],
  ])('COOKIE-2: refuses an unsafe request from %j to %s', async (origin, host) => {
    expect(await verdictOn('POST', 'host', host, 'origin', origin)).toEqual(foreignOrigin)
  })

  it('COOKIE-2: refuses an unsafe request that has it twice, or whose Host is missing or twice', async () => {
    const [host, origin] = [
      ['host', 'api.example'],
      ['origin', 'https://api.example'],
    ] as const
    expect(await verdictOn('POST', ...host, ...origin)).toEqual(accepted)
    expect(await verdictOn('POST', ...host, ...origin, ...origin)).toEqual(foreignOrigin)
    expect(await verdictOn('POST', ...host, ...host, ...origin)).toEqual(foreignOrigin)
    expect(await verdictOn('POST', ...origin)).toEqual(foreignOrigin)
    expect(await verdictOn('POST', ...host)).toEqual(foreignOrigin)
  })
})
