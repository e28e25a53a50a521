import { describe, expect, it, onTestFinished } from 'vitest'
import { findPackingViolations } from './contents.ts'
import { makeTemporaryDirectory, removeDirectory } from '../temporary-directory.ts'

const files = {
  LICENSE: '',
  'README.md': '',
  'package.json': JSON.stringify({
    name: 'packed',
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './package.json': './package.json' },
  }),
  'dist/index.js': "import './room.js'\n",
  'dist/index.d.ts': "import type { A } from './types.js'\nexport type B = A\n",
  'dist/room.js': '',
  'dist/room.d.ts': 'export {}\n',
  'dist/types.js': 'export {}\n',
  'dist/types.d.ts': 'export type A = string\n',
}

function violations(changes: Record<string, string>): string[] {
  const directory = makeTemporaryDirectory({ ...files, ...changes })
  onTestFinished(() => removeDirectory(directory))
  return findPackingViolations(directory)
}

describe('the contents of a tarball', () => {
  it('are what its entry points lead to, by code or by types', () => {
    expect(violations({})).toEqual([])
  })

  it('are caught when a compiled test or the output of a deleted source is among them', () => {
    const stale = { 'dist/room.test.js': '', 'dist/deleted.js': '', 'dist/.tsbuildinfo': '{}' }
    expect(violations(stale).toSorted()).toEqual([
      'dist/.tsbuildinfo is used by nothing',
      'dist/deleted.js is used by nothing',
      'dist/room.test.js is used by nothing',
    ])
  })

  it('SUPPLY-3: are caught when they hold a private key', () => {
    const code = `export const key = { kty: 'OKP', d: '${'A'.repeat(43)}' }\n`
    expect(violations({ 'dist/room.js': code })).toEqual(['dist/room.js has a private key'])
  })
})
