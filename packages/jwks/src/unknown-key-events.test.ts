import { describe, expect, it, vi } from 'vitest'
import { EventStream, type JwksEvent } from './events.ts'
import { stopTime } from './time.test.support.ts'
import { UnknownKeyEvents } from './unknown-key-events.ts'

describe('UnknownKeyEvents', () => {
  it('tells of one unknown key id a second, and how many there were in between', () => {
    stopTime()
    const stream = new EventStream('x')
    const events: JwksEvent[] = []
    stream.subscribe((event) => events.push(event))
    const unknown = new UnknownKeyEvents(stream)
    for (let index = 0; index < 1_000; index++) unknown.tell(`a\n${index}`)
    vi.advanceTimersByTime(1_000)
    unknown.tell(undefined)
    vi.advanceTimersByTime(1_000)
    unknown.tell('b')
    expect(events).toMatchObject([
      { type: 'unknownKey', kid: 'a?0', unreported: 0 },
      { kid: undefined, unreported: 999 },
      { kid: 'b', unreported: 0 },
    ])
  })
})
