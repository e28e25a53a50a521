// A user's Koa application in TypeScript and CommonJS. It is compiled and run outside the workspace, against the packed packages.
import assert = require('node:assert/strict')
import events = require('node:events')
import sallyport = require('@sallyport/koa')
import testing = require('@sallyport/testing')
import Koa = require('koa')

async function main(): Promise<void> {
  const as = await testing.createTestIssuer({ encrypted: true })
  const app = new Koa()
  app.use(sallyport.protect({ ...as.verifierOptions, realm: 'reports' }))
  app.use(sallyport.requireScopes('reports:read'))
  app.use((context) => {
    context.body = { sub: sallyport.getAuth(context).subject }
  })
  const server = app.listen(0, '127.0.0.1')
  await events.once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const get = (headers: Record<string, string> = {}) => fetch(`http://127.0.0.1:${address.port}/`, { headers })

  const anonymous = await get()
  assert.deepEqual([anonymous.status, anonymous.headers.get('www-authenticate')], [401, 'Bearer realm="reports"'])
  const good = await get(await as.authorization({ subject: 'alice', scope: 'reports:read' }))
  assert.deepEqual([good.status, await good.json()], [200, { sub: 'alice' }])
  assert.equal((await get(await as.authorization())).status, 403)
  for (const { kind, status } of Object.values({ ...testing.wrongTokens, ...testing.wrongEncryptedTokens })) {
    assert.equal((await get(await as.authorization({ wrong: kind }))).status, status)
  }
  server.close()
  server.closeAllConnections()
  console.log('koa: as expected')
}

void main()
