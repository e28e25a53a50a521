import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { killDemos, startDemo } from './demo-process.test.support.ts'
import type { Row } from './requests/row.ts'

afterEach(killDemos)

const required = [
  'RS256',
  'ES256',
  'EdDSA',
  'nested ECDH-ES+A256KW',
  'nested dir',
  'no token',
  'expired',
  'wrong audience',
  'tampered',
  'alg none',
  'HMAC with public key',
  'not encrypted',
  'missing scope',
]

/** Every line that the table and what stands around it may have. */
const ownLines = [
  /^$/,
  /^(Authorization server|Express|Koa|Nest) +http:\/\/127\.0\.0\.1:\d+$/,
  /^ +expected +Express +ms Koa +ms Nest +ms$/,
  /^(Good tokens|No token|Wrong tokens|Where encryption is required|Wrong requests|Where keys cannot be had)$/,
  /^ [\w -]+[\w,+ -]* \d{3} [a-z_ ]*( ✓ \d{3} +[\d.]+){3}$/,
  /^(✓ means|Times are|metadata and keys)[\w ,;'.]+$/,
  /^72 of 72 answers as expected$/,
]

function foreignLines(text: string): string[] {
  return text.split('\n').filter((line) => !ownLines.some((own) => own.test(line)))
}

describe('the demo', { timeout: 60_000 }, () => {
  it('answers every request of every app as expected', async () => {
    const demo = startDemo('--once', '--json')
    const exitCode = await demo.end()
    const rows = JSON.parse(demo.stdout) as Row[]
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
    expect(exitCode).toBe(0)
    expect(demo.stderr).toBe('')
    for (const app of ['Express', 'Koa', 'Nest']) {
      const cases = rows.filter((row) => row.app === app).map((row) => row.case)
      expect(cases).toEqual(expect.arrayContaining(required))
      expect(new Set(cases).size).toBe(cases.length)
      expect(cases.length).toBe(rows.length / 3)
    }
    expect(rows.every(({ got, milliseconds }) => got.status > 0 && milliseconds > 0)).toBe(true)
  })

  it('prints a table of 80 columns, without colours and without a line of anybody else', async () => {
    const demo = startDemo('--once')
    expect(await demo.end()).toBe(0)
    expect(demo.stderr).toBe('')
    expect(foreignLines(demo.stdout)).toEqual([])
    expect(demo.stdout).not.toContain('\u001b')
    expect(Math.max(...demo.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
  })

  it('serves on, with lines to paste, until Ctrl-C; then exits with 0 and frees its ports', async () => {
    const demo = startDemo()
    await demo.waitFor(/Press Ctrl-C/)
    const lines = demo.stdout.matchAll(/^curl .* (\S+\/reports) -H 'Authorization: (.*)'$/gm)
    const statuses = [...lines].map(async ([, url, authorization]) => {
      const response = await fetch(url!, { headers: { authorization: authorization! } })
      return response.status
    })
    expect(await Promise.all(statuses)).toEqual([200, 401, 200, 401, 200, 401])

    const ports = new Set([...demo.stdout.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)))
    expect(ports.size).toBe(4)
    demo.interrupt()
    expect(await demo.end()).toBe(0)
    expect(demo.stderr).toBe('')
    for (const port of ports) await expect(once(connect(port, '127.0.0.1'), 'connect')).rejects.toThrow('ECONNREFUSED')
  })

  it('explains itself, with exit code 2, when it is not understood', async () => {
    const demo = startDemo('--twice')
    expect(await demo.end()).toBe(2)
    expect(demo.stdout).toBe('')
    expect(demo.stderr).toContain('--twice')
    expect(demo.stderr).toContain('Usage: npm start -- [options]')
  })
})
