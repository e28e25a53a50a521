import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue, misconfigurations } from '../attacks/catalogue/index.ts'
import { repositoryRoot, trackedFiles } from '../checks/repository.ts'
import { citedRequirements } from '../checks/traceability.ts'
import { requirements } from './requirements.ts'

// The quick half of `npm run conformance`: what tests say they prove. That they ran and passed, only a run tells.

const known = new Set(requirements.map(({ id }) => id))

describe('the requirements', () => {
  /** By id, the files that cite it. */
  const cited = new Map<string, string[]>()
  beforeAll(() => {
    for (const path of trackedFiles().filter((file) => file.endsWith('.test.ts'))) {
      for (const id of citedRequirements(path, readFileSync(join(repositoryRoot, path), 'utf8'))) cite(id, path)
    }
    // Titles of attacks are made of the catalogue, where no parser sees them.
    for (const { proves } of [...Object.values(catalogue).flat(), ...misconfigurations]) {
      for (const id of proves) cite(id, 'test/attacks/attacks.test.ts')
    }
  })
  const cite = (id: string, path: string) => cited.set(id, [...(cited.get(id) ?? []), path])

  it('are cited by a test each, unless what they are about does not exist yet', () => {
    const missing = requirements.filter(({ id, later }) => later === undefined && !cited.has(id))
    expect(missing.map(({ id, title }) => `${id}: ${title}`)).toEqual([])
  })

  it('are all that tests cite', () => {
    const unknown = [...cited].filter(([id]) => !known.has(id))
    expect(unknown).toEqual([])
  })

  it('have an id each, a sentence, and a source', () => {
    expect(known.size).toBe(requirements.length)
    for (const { id, title, sources } of requirements) {
      expect(id).toMatch(/^[A-Z]+-\d+(\.\d+)?$/)
      expect(title).toMatch(/^[A-Za-z].+[^.]$/)
      expect(sources.length).toBeGreaterThan(0)
    }
  })
})
