import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { apps } from './apps.ts'
import type { ServerAnswer, ServerRequest } from './protocol.ts'

async function answer(request: ServerRequest): Promise<ServerAnswer> {
  if (request.type === 'listen') return listen(request)
  const { user, system } = process.cpuUsage()
  return { type: 'usage', cpuMs: (user + system) / 1000 }
}

async function listen({ app, settings }: Extract<ServerRequest, { readonly type: 'listen' }>): Promise<ServerAnswer> {
  const { create } = await apps[app].load()
  const server = createServer(await create(settings))
  // Connections are kept while other servers have their turn.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { type: 'listening', port: (server.address() as AddressInfo).port }
}

process.on('message', (request: ServerRequest) => {
  answer(request).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ type: 'failed', message: error instanceof Error ? error.message : 'failed' }),
  )
})
process.on('disconnect', () => process.exit())
