import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cli, tokenOfParts } from '../cli.test.support.ts'
import { inspectToken } from './inspect-token.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('alg', 'exp', 'aud', 'kid', 'none', 'typ', '\u001b[2J'),
)
const json = fc.dictionary(text, fc.jsonValue(), { maxKeys: 8 })
const claims = fc.tuple(
  json,
  fc.record(
    {
      exp: fc.oneof(fc.double(), fc.integer(), fc.jsonValue()),
      iat: fc.oneof(fc.double(), fc.jsonValue()),
      aud: fc.jsonValue(),
      scope: fc.jsonValue(),
      iss: fc.jsonValue(),
      cnf: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
)
const header = fc.tuple(
  json,
  fc.record(
    {
      alg: fc.oneof(fc.constantFrom('ES256', 'HS256', 'none', 'dir'), fc.jsonValue()),
      typ: fc.jsonValue(),
      enc: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
)
const signed = fc
  .tuple(header, claims, fc.base64String())
  .map(([[one, other], [first, second], signature]) =>
    tokenOfParts({ ...one, ...other }, { ...first, ...second }, signature),
  )
const encrypted = fc
  .tuple(header, fc.array(fc.base64String({ maxLength: 40 }), { minLength: 4, maxLength: 4 }))
  .map(([[one, other], parts]) =>
    [Buffer.from(JSON.stringify({ ...one, ...other })).toString('base64url'), ...parts].join('.'),
  )
const anything = fc.oneof(
  signed,
  encrypted,
  fc.string({ unit: 'binary' }),
  fc.array(fc.base64String()).map((parts) => parts.join('.')),
)

describe('whatever is inspected', () => {
  it('is explained or called none, and never makes it fail', () => {
    fc.assert(
      fc.property(anything, (token) => {
        const { kind, findings } = inspectToken(token)
        if (kind === 'opaque') expect(findings).toHaveLength(1)
      }),
      { numRuns: 500 },
    )
  })

  it('LOG-3: is shown without control characters and within the width, as text and as JSON', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (token) => {
        for (const args of [['inspect'], ['inspect', '--json']]) {
          const { exitCode, stdout, stderr } = await cli(args, { input: token })
          expect([0, 1, 2]).toContain(exitCode)
          expect(stdout + stderr).toMatch(/^[^\p{C}\u2028\u2029]*(\n[^\p{C}\u2028\u2029]*)*$/u)
        }
      }),
      { numRuns: 100 },
    )
  })
})
