import { once } from 'node:events'
import { type Agent, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { type Answer, readAnswer } from './answer.ts'
import type { HeaderFields } from './cases.ts'

const timeoutMs = 10_000

/**
 * Sends a GET request.
 *
 * @returns status 0 when there is no answer
 */
export async function send(url: URL, headers: HeaderFields, agent: Agent): Promise<Answer> {
  try {
    const sent = request(url, { headers, agent, signal: AbortSignal.timeout(timeoutMs) }).end()
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return readAnswer(response.statusCode ?? 0, response.headers, await text(response))
  } catch (error) {
    return { status: 0, code: error instanceof Error ? error.message : String(error) }
  }
}
