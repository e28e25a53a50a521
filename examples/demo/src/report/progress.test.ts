import { beforeEach, describe, expect, it } from 'vitest'
import { createProgress } from './progress.ts'

let written: string[]

beforeEach(() => {
  written = []
})

function terminal(properties: { isTTY?: boolean; columns?: number } = {}) {
  return { isTTY: true, columns: 80, write: (text: string) => written.push(text), ...properties }
}

describe('the progress line', () => {
  it('shows how much is done, each time over the same line', () => {
    const progress = createProgress(terminal(), {})
    progress.show('Starting')
    progress.showBar(1, 4, 'Koa: expired')
    expect(written).toEqual(['\rStarting\u001b[K', '\r██████░░░░░░░░░░░░░░░░░░ 1/4  Koa: expired\u001b[K'])
  })

  it('is gone at the end, and stays away', () => {
    const progress = createProgress(terminal(), {})
    progress.end()
    progress.show('Still here')
    progress.end()
    expect(written).toEqual(['\r\u001b[K'])
  })

  it.each([
    [10, 9],
    [0, 79],
  ])('never wraps in a terminal of %i columns', (columns, length) => {
    createProgress(terminal({ columns }), {}).show('x'.repeat(200))
    expect(written).toEqual([`\r${'x'.repeat(length)}\u001b[K`])
  })

  it.each([
    ['it is no terminal', terminal({ isTTY: false }), {}],
    ['the terminal is dumb', terminal(), { TERM: 'dumb' }],
  ])('is not there where %s', (_, stream, env) => {
    const progress = createProgress(stream, env)
    progress.show('Starting')
    progress.showBar(1, 4, 'Koa: expired')
    progress.end()
    expect(written).toEqual([])
  })
})
