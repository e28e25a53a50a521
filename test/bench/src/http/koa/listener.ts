import type { RequestListener } from 'node:http'
import type Koa from 'koa'

export function listenerOf(app: Koa): RequestListener {
  const answer = app.callback()
  return (request, response) => void answer(request, response)
}
