import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { honestRequest } from './request-draft.ts'
import { expectedStatuses } from './expectation.ts'
import { HttpSession, prepareTokens } from './http-session.ts'
import { MalformedResponseError, parseResponses } from './responses.ts'
import { type FuzzServer, startServers } from './servers.ts'

const seed = 11
const connections = 400

describe('requests over sockets', () => {
  let servers: readonly FuzzServer[] = []

  beforeAll(async () => {
    servers = await startServers()
  }, 60_000)

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()))
  })

  it('get a well-formed refusal or, with one good credential, pass; whatever they look like', async () => {
    const session = new HttpSession(await prepareTokens(seed), seed)
    const found = []
    session.clock.install()
    try {
      while (session.connections < connections) found.push(...(await session.runOnce(servers)))
    } finally {
      session.clock.restore()
    }
    const [first] = found
    expect(first, `${found.length} connections went wrong`).toBeUndefined()
    for (const name of ['express', 'koa', 'nest']) {
      for (const status of [200, 400, 401, 403, 431]) {
        expect(session.statuses.get(`${name} ${status}`), `${name} ${status}`).toBeGreaterThan(0)
      }
    }
  }, 120_000)
})

describe('what is expected of a request', () => {
  const statuses = (change: (draft: ReturnType<typeof honestRequest>) => void) => {
    const draft = honestRequest('r0', 'good')
    change(draft)
    return [...expectedStatuses(draft, ['good'])]
  }

  it('is what is documented', () => {
    expect(statuses(() => {})).toEqual([200])
    expect(statuses(({ fields }) => void fields.pop())).toEqual([401])
    expect(statuses(({ fields }) => void fields.push({ name: 'authorization', value: 'Basic x' }))).toEqual([400])
    expect(statuses(({ fields }) => void fields.push({ name: 'cookie', value: 'at=good' }))).toEqual([400])
    expect(statuses(({ fields }) => void Object.assign(fields[2]!, { value: 'bearer bad' }))).toEqual([401])
    expect(statuses(({ fields }) => void Object.assign(fields[2]!, { value: 'Bearer good x' }))).toEqual([400])
    const cookie = { name: 'Cookie', value: 'a=b; at=good' }
    expect(statuses(({ fields }) => void fields.splice(2, 1, cookie))).toEqual([200])
    const post = (draft: ReturnType<typeof honestRequest>) => {
      draft.method = 'POST'
      draft.fields.splice(2, 1, cookie)
    }
    expect(statuses(post)).toEqual([403])
  })
})

describe('the parser of responses', () => {
  const parse = (text: string, methods: readonly string[] = []) => parseResponses(Buffer.from(text, 'latin1'), methods)

  it('reads lengths, chunks, interim responses and those without a body', () => {
    const text = [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ].join('')
    const responses = parse(text, ['GET', 'HEAD', 'GET'])
    expect(responses.map(({ body }) => body)).toEqual(['ok', '', 'ok'])
  })

  it.each([
    ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok'],
    ['HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nA: b\r\nA: b\r\n\r\n'],
    ['HTTP/1.1 2000 OK\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nA: b\r\n'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nok\r\n0\r\n\r\n'],
  ])('refuses what is not well-formed: %j', (text) => {
    expect(() => parse(text)).toThrow(MalformedResponseError)
  })
})
