import type { RequestListener } from 'node:http'
import { bareSubject, path } from '../apps.ts'
import { createExpressApp } from './app.ts'

export async function create(): Promise<RequestListener> {
  const app = createExpressApp()
  app.get(path, (_request, response) => {
    response.json({ sub: bareSubject })
  })
  return app
}
