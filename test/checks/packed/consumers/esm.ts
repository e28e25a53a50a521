// A user's program in TypeScript and ESM. It is compiled and run outside the workspace, against the packed packages.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { AccessTokenError, type Authentication, createVerifier } from '@sallyport/core'
import { getAuth, protect, requireScopes } from '@sallyport/express'
import '@sallyport/express/augment'
import { createIssuer } from '@sallyport/issuer'
import { createJwks } from '@sallyport/jwks'
import { protect as protectKoa } from '@sallyport/koa'
import { AccessTokenGuard, SallyportModule } from '@sallyport/nest'
import { startTestIssuer } from '@sallyport/testing'
import express from 'express'

const as = await startTestIssuer({ audience: 'https://api.example' })
const token = await as.mint({ subject: 'alice', scope: 'reports:read' })

const verifier = createVerifier({ issuer: as.verifierOptions.issuer, audience: 'https://api.example' })
const auth: Authentication = await verifier.verify(token)
assert.equal(auth.subject, 'alice')
await assert.rejects(verifier.verify(await as.mint({ wrong: 'expired' })), (error) => {
  return error instanceof AccessTokenError && error.code === 'token_expired'
})
// @ts-expect-error: types are there, so that a number is no audience.
assert.throws(() => createVerifier({ issuer: as.verifierOptions.issuer, audience: 1 }), /audience/)

const app = express()
app.use(protect(verifier))
app.get('/reports', requireScopes('reports:read'), (req, res) => {
  assert.equal(getAuth(req), req.auth)
  res.json({ sub: req.auth.subject })
})
app.get('/secrets', requireScopes('secrets:read'), (_, res) => res.json({}))
const server = app.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
const get = (path: string, headers: Record<string, string> = {}) => fetch(origin + path, { headers })

assert.equal((await get('/reports')).status, 401)
const good = await get('/reports', { authorization: `Bearer ${token}` })
assert.deepEqual([good.status, await good.json()], [200, { sub: 'alice' }])
assert.equal((await get('/secrets', { authorization: `Bearer ${token}` })).status, 403)

for (const exported of [createIssuer, createJwks, protectKoa, AccessTokenGuard, SallyportModule]) {
  assert.equal(typeof exported, 'function')
}
server.close()
server.closeAllConnections()
await as.close()
console.log('esm: as expected')
