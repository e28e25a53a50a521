import type { RequestListener } from 'node:http'
import Koa from 'koa'
import { bareSubject } from '../apps.ts'
import { listenerOf } from './listener.ts'

export async function create(): Promise<RequestListener> {
  const app = new Koa()
  app.use((ctx) => {
    ctx.body = { sub: bareSubject }
  })
  return listenerOf(app)
}
