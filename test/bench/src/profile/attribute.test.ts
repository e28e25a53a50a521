import type { Profiler } from 'node:inspector'
import { describe, expect, it } from 'vitest'
import { attribute } from './attribute.ts'

const core = 'file:///somewhere/packages/core/dist'

function node(id: number, functionName: string, url: string, children: readonly number[] = []): Profiler.ProfileNode {
  const callFrame = { functionName, url, scriptId: '0', lineNumber: 0, columnNumber: 0 }
  return { id, callFrame, children: [...children] }
}

const nodes = [
  node(1, '(root)', '', [2, 8, 9]),
  node(2, 'authenticateFor', 'file:///somewhere/test/bench/dist/profile/profiler.js', [3, 7]),
  node(3, 'verify', `${core}/verifier.js`, [4]),
  node(4, 'verifySignature', `${core}/jws/verify.js`, [5]),
  node(5, 'verifyOneShot', 'node:internal/crypto/sig', [6]),
  node(6, 'parse', ''),
  node(7, 'next', 'file:///somewhere/test/bench/dist/worker/token-tape.js'),
  node(8, '(garbage collector)', ''),
  node(9, '(idle)', ''),
]

function shares(samples: readonly number[]) {
  const profile = { nodes, samples: [...samples], startTime: 0, endTime: 1 }
  return Object.fromEntries([...attribute(profile)].filter(([, share]) => share > 0))
}

describe('attribute', () => {
  it('gives a stage what its own files do, and what Node does for them', () => {
    expect(shares([3, 4, 5, 6])).toEqual({ 'between the stages': 0.25, signature: 0.75 })
  })

  it("charges a request neither with the benchmark's own work nor with idleness", () => {
    expect(shares([2, 7, 9, 3])).toEqual({ 'between the stages': 1 })
  })

  it('tells apart the functions of a file that serves two stages', () => {
    const file = `${core}/signed-token.js`
    const own = [node(1, '(root)', '', [2, 3]), node(2, 'parse', file), node(3, 'readSignedToken', file)]
    const profile = { nodes: own, samples: [2, 3], startTime: 0, endTime: 1 }
    expect(Object.fromEntries(attribute(profile))).toMatchObject({ header: 0.5, 'segments, base64url': 0.5 })
  })

  it('shows garbage collection for itself', () => {
    expect(shares([8, 4])).toEqual({ 'garbage collection': 0.5, signature: 0.5 })
  })
})
