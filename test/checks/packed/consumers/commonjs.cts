// A user's program in TypeScript and CommonJS. It is compiled and run outside the workspace, against the packed packages.
import assert = require('node:assert/strict')
import events = require('node:events')
import core = require('@sallyport/core')
import sallyport = require('@sallyport/express')
import issuer = require('@sallyport/issuer')
import jwks = require('@sallyport/jwks')
import koa = require('@sallyport/koa')
import nest = require('@sallyport/nest')
import testing = require('@sallyport/testing')
import express = require('express')

async function main(): Promise<void> {
  const as = await testing.startTestIssuer({ audience: 'https://api.example' })
  const token = await as.mint({ subject: 'alice', scope: 'reports:read' })

  const verifier = core.createVerifier({ issuer: as.verifierOptions.issuer, audience: 'https://api.example' })
  const auth: core.Authentication = await verifier.verify(token)
  assert.equal(auth.subject, 'alice')

  const app = express()
  app.use(sallyport.protect({ issuer: as.verifierOptions.issuer, audience: 'https://api.example' }))
  app.get('/reports', sallyport.requireScopes('reports:read'), (req, res) => {
    res.json({ sub: sallyport.getAuth(req).subject })
  })
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const get = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${address.port}/reports`, { headers })

  assert.equal((await get({})).status, 401)
  const good = await get({ authorization: `Bearer ${token}` })
  assert.deepEqual([good.status, await good.json()], [200, { sub: 'alice' }])

  for (const exported of [
    issuer.createIssuer,
    jwks.createJwks,
    koa.protect,
    nest.AccessTokenGuard,
    nest.SallyportModule,
  ]) {
    assert.equal(typeof exported, 'function')
  }
  server.close()
  server.closeAllConnections()
  await as.close()
  console.log('commonjs: as expected')
}

void main()
