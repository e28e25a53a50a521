import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repositoryRoot, trackedFiles } from './repository.ts'
import { citedRequirements } from './traceability.ts'

describe('requirements cited by tests', () => {
  it('are read from the titles of tests and suites, also of those for several cases', () => {
    const text = `
      describe('JWE-1: keys', () => {
        it("JWE-2: refuses zip", () => {})
        it.each([1])('CRED-2, CRED-3: refuses %s', () => {})
        test(\`DPOP-1.12: refuses \${proof}\`, () => {})
      })`
    expect(citedRequirements('a.test.ts', text)).toEqual(['CRED-2', 'CRED-3', 'DPOP-1.12', 'JWE-1', 'JWE-2'])
  })

  it('are not read from elsewhere', () => {
    const text = `// it('JWE-1: comment')
      it('takes SHA-256: a hash', () => check('JWE-2: no title'))`
    expect(citedRequirements('a.test.ts', text)).toEqual([])
  })

  it('are found in the repository', () => {
    const files = trackedFiles().filter((path) => path.endsWith('.test.ts'))
    const cited = files.flatMap((path) => citedRequirements(path, readFileSync(join(repositoryRoot, path), 'utf8')))
    expect(cited).toEqual(expect.arrayContaining(['SUPPLY-1', 'SUPPLY-2', 'SUPPLY-3']))
  })
})
