import { describe, expect, it } from 'vitest'
import { readAnswer } from './answer.ts'

describe('an answer', () => {
  it('has the status, the code and the challenge without its words', () => {
    const challenge = 'Bearer error="insufficient_scope", error_description="No, never", scope="reports:read"'
    const answer = readAnswer(403, { 'www-authenticate': challenge }, '{"code":"scope_insufficient"}')
    expect(answer).toEqual({
      status: 403,
      code: 'scope_insufficient',
      challenge: 'Bearer error="insufficient_scope", scope="reports:read"',
    })
  })

  it('tells a bare challenge from none', () => {
    expect(readAnswer(401, { 'www-authenticate': 'Bearer' }, '')).toEqual({ status: 401, challenge: 'Bearer' })
    expect(readAnswer(401, {}, '')).toEqual({ status: 401 })
  })

  it('has whose token the handler saw', () => {
    expect(readAnswer(200, {}, '{"subject":"client-rs256"}')).toEqual({ status: 200, subject: 'client-rs256' })
  })

  it('says whether another try makes sense', () => {
    expect(readAnswer(503, { 'retry-after': '5' }, '')).toEqual({ status: 503, retryLater: true })
  })

  it.each(['', '<html>', 'null', '"text"', '{"code":1,"subject":[]}'])('takes nothing from the body %s', (body) => {
    expect(readAnswer(200, {}, body)).toEqual({ status: 200 })
  })
})
