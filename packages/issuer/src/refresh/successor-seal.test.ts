import { describe, expect, it } from 'vitest'
import { makeFirstToken, makeSuccessor } from './opaque-token.ts'
import { openSuccessor, sealSuccessor } from './successor-seal.ts'

const token = makeFirstToken()
const successor = makeSuccessor(token)
const sealed = sealSuccessor(token, successor.text)

describe('a sealed successor', () => {
  it('is opened by the token that it replaces', () => {
    expect(openSuccessor(token, sealed)).toBe(successor.text)
  })

  it('ISSUER-3: is opened by no other, of the same family or with all that a store knows', () => {
    const known = { ...token, text: 'A'.repeat(64) }
    for (const other of [successor, makeSuccessor(token), makeFirstToken(), known]) {
      expect(openSuccessor(other, sealed)).toBeUndefined()
      expect(openSuccessor({ ...other, familyId: token.familyId, hash: token.hash }, sealed)).toBeUndefined()
    }
  })

  it('is not opened when a bit of it has changed, or a part is missing', () => {
    const bytes = Buffer.from(sealed, 'base64url')
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes)
      changed[index]! ^= 1
      expect(openSuccessor(token, changed.toString('base64url'))).toBeUndefined()
      expect(openSuccessor(token, bytes.subarray(0, index).toString('base64url'))).toBeUndefined()
    }
  })

  it('looks different each time', () => {
    expect(sealSuccessor(token, successor.text)).not.toBe(sealed)
  })
})
