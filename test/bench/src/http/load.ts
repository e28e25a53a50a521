import { performance } from 'node:perf_hooks'
import { ClientConnection } from './client-connection.ts'
import type { Load, LoadAnswer, LoadRequest, LoadResult } from './protocol.ts'

/** A server's kept connections, and how far it is with the tokens. */
interface Target {
  readonly connections: readonly ClientConnection[]
  next: number
}

let tokens: readonly string[] = []
const targets = new Map<string, Target>()

async function answer(request: LoadRequest): Promise<LoadAnswer> {
  if (request.type === 'load') return load(request)
  tokens = request.tokens
  for (const target of targets.values()) target.next = 0
  return { type: 'ready' }
}

/** Each connection sends its next request as soon as its last one is answered; tokens are taken in turn. */
async function load({ url, connections, milliseconds, waiting }: Load): Promise<LoadResult> {
  const { port, host, pathname } = new URL(url)
  const target = targets.get(url) ?? { connections: openConnections(Number(port), connections), next: 0 }
  targets.set(url, target)
  const before = `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\nAuthorization: Bearer `
  let requests = 0
  let refused = 0
  const busyBefore = performance.eventLoopUtilization()
  const start = performance.now()
  const lane = async (connection: ClientConnection) => {
    while (performance.now() - start < milliseconds) {
      const token = tokens[target.next] ?? ''
      target.next = (target.next + 1) % tokens.length
      const status = await connection.send(Buffer.from(`${before}${token}\r\n\r\n`, 'latin1'))
      requests++
      if (status !== 200) refused++
    }
  }
  let isOver = false
  const stayAwake = () => {
    if (!isOver) setImmediate(stayAwake)
  }
  if (waiting === 'busy') stayAwake()
  await Promise.all(target.connections.map(lane))
  isOver = true
  const wallMs = performance.now() - start
  return { type: 'load', requests, refused, wallMs, busy: performance.eventLoopUtilization(busyBefore).utilization }
}

function openConnections(port: number, count: number): readonly ClientConnection[] {
  return Array.from({ length: count }, () => new ClientConnection(port))
}

process.on('message', (request: LoadRequest) => {
  answer(request).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ type: 'failed', message: error instanceof Error ? error.message : 'failed' }),
  )
})
process.on('disconnect', () => process.exit())
