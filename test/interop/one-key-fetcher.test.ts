import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as onExpress from '@sallyport/express'
import * as onKoa from '@sallyport/koa'
import { startTestIssuer } from '@sallyport/testing'
import express from 'express'
import Koa from 'koa'
import { expect, it, onTestFinished } from 'vitest'

async function serve(handler: RequestListener): Promise<string> {
  const server = createServer(handler)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it('Express and Koa applications in one process fetch the keys of their issuer once', async () => {
  const as = await startTestIssuer()
  onTestFinished(() => as.close())
  const expressApp = express()
  expressApp.use(onExpress.protect(as.verifierOptions))
  expressApp.get('/', (req, res) => void res.json({ subject: onExpress.getAuth(req).subject }))
  const koaApp = new Koa()
  koaApp.use(onKoa.protect(as.verifierOptions))
  koaApp.use((ctx) => {
    ctx.body = { subject: onKoa.getAuth(ctx).subject }
  })
  const callback = koaApp.callback()
  const origins = [await serve(expressApp), await serve((req, res) => void callback(req, res))]

  const headers = await as.authorization({ subject: 'jane' })
  const bodies = await Promise.all(
    [...origins, ...origins].map(async (origin) => (await fetch(origin, { headers })).json()),
  )
  expect(bodies).toEqual(Array(4).fill({ subject: 'jane' }))
  expect(as.requests()).toHaveLength(2)

  await as.rotate()
  const rotated = { headers: await as.authorization({ subject: 'jane' }) }
  const answers = await Promise.all(origins.map((origin) => fetch(origin, rotated)))
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(as.requests()).toHaveLength(3)
})
