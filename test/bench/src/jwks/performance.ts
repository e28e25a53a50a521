import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { audience, type Issuer, type KeyName } from './authority/issuer.ts'
import { KeyServer } from './authority/key-server.ts'
import type { Assignment, ChildMessage, ParentMessage } from './child/protocol.ts'
import type { ContenderName } from './contenders/index.ts'
import { herdSize } from './scenarios/herd.ts'
import type { ScenarioName, ScenarioResults } from './scenarios/index.ts'

const timeLimitMs = 300_000

const children = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** Plays one scenario for one contender: in a process of its own, against an authorization server of its own. */
export async function perform<Name extends ScenarioName>(
  scenario: Name,
  contender: ContenderName,
  issuer: Issuer,
): Promise<ScenarioResults[Name]> {
  const server = await KeyServer.start()
  const child = fork(fileURLToPath(new URL('./child/child.js', import.meta.url)), { serialization: 'advanced' })
  children.add(child)
  try {
    const endpoint = { issuer: server.origin, audience, jwksUri: `${server.origin}/jwks` }
    const tokens: Record<KeyName, readonly string[]> = {
      first: issuer.mint('first', endpoint.issuer, scenario === 'herd' ? herdSize : 10),
      second: issuer.mint('second', endpoint.issuer, 10),
      third: issuer.mint('third', endpoint.issuer, 10),
    }
    const result = await serve(child, server, issuer, { contender, scenario, endpoint, tokens })
    return result as ScenarioResults[Name]
  } finally {
    children.delete(child)
    if (child.connected) child.disconnect()
    await server.close()
  }
}

/** Does what the child asks for, until it has a result. */
function serve(child: ChildProcess, server: KeyServer, issuer: Issuer, assignment: Assignment): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const name = `${assignment.contender} in ${assignment.scenario}`
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${name} took longer than ${timeLimitMs / 1000} s`))
    }, timeLimitMs)
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`${name} ended (${signal ?? code}) without a result`))
    })
    const send = (message: ParentMessage) => void child.send(message, () => {})
    server.onServed = (kids) => send({ type: 'served', kids })
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'result') return resolve(message.result)
      if (message.type === 'failed') return reject(new Error(`${name}: ${message.message}`))
      if (message.type === 'publish') server.publish(issuer.publicKeys(message.keys))
      if (message.type === 'goDown') server.goDown()
      send({ type: 'done', asked: server.asked })
    })
    send({ type: 'assignment', assignment })
  })
}
