import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccessTokenError } from '../error.ts'
import { audience, issuer, makeKey } from '../mint.test.support.ts'
import { createGate } from './index.ts'

const gate = createGate({ issuer, audience, jwks: { keys: [makeKey('ES256').publicJwk] } })

/** Sends fields to a server that keeps as many as it likes. */
async function send(maxHeadersCount: number | undefined, fields: readonly string[]) {
  let seen: IncomingMessage | undefined
  const server = createServer((request, response) => {
    seen = request
    response.end(answer(request))
  })
  if (maxHeadersCount !== undefined) server.maxHeadersCount = maxHeadersCount
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.end(['GET / HTTP/1.1', 'Host: api.test', 'Connection: close', ...fields, '', ''].join('\r\n'))
  const code = (await text(socket)).split('\r\n\r\n')[1]
  const authorizations = seen?.rawHeaders.filter((name) => name === 'Authorization').length
  return { code, authorizations }
}

/** No token is good: what is asked is whether the request is one that shows all that it has. */
function answer(request: IncomingMessage): string {
  try {
    void gate.admit(request)
    return 'admitted'
  } catch (error) {
    return error instanceof AccessTokenError ? error.code : 'fault'
  }
}

describe('fields that Node.js leaves out', () => {
  const first = 'Authorization: Bearer abc'
  const second = 'Authorization: Bearer other'
  const others = (count: number) => Array.from({ length: count }, (_, index) => `X-${index}: 1`)

  it('CRED-2: hide no second Authorization field, however few the server keeps', async () => {
    for (const limit of [1, 16, 40, 64, 100, 400]) {
      const hidden = await send(limit, [first, ...others(490), second])
      expect(hidden).toEqual({ code: 'credential_malformed', authorizations: 1 })
    }
  })

  it('are none where all were kept: few fields, or no limit', async () => {
    for (const limit of [undefined, 0, 1, 16, 40, 500]) {
      expect(await send(limit, [first, ...others(27)])).toEqual({ code: 'token_malformed', authorizations: 1 })
      expect((await send(limit, [first, ...others(20), second])).code).toBe('credential_ambiguous')
    }
    expect(await send(0, [first, ...others(490)])).toEqual({ code: 'token_malformed', authorizations: 1 })
    expect((await send(undefined, [first, ...others(480), second])).code).toBe('credential_ambiguous')
  })
})
