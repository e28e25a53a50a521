import { describe, expect, it } from 'vitest'
import { parseArguments, sectionNames, UsageError, usage } from './arguments.ts'

describe('parseArguments', () => {
  it('runs every section once, in the default effort, when nothing is asked for', () => {
    expect(parseArguments([])).toEqual({ sections: sectionNames, effort: 'default', output: 'table', svg: undefined })
  })

  it('runs only the sections that are named, in their own order', () => {
    expect(parseArguments(['memory', 'cold', 'memory'])).toMatchObject({ sections: ['cold', 'memory'] })
  })

  it('takes every option, before and after the sections', () => {
    expect(parseArguments(['--full', 'warm', '--json', '--svg', 'chart.svg'])).toEqual({
      sections: ['warm'],
      effort: 'full',
      output: 'json',
      svg: 'chart.svg',
    })
    expect(parseArguments(['--svg=docs/chart.svg'])).toMatchObject({ svg: 'docs/chart.svg' })
  })

  it('asks for help whatever else is there', () => {
    expect(parseArguments(['cold', '--help'])).toBe('help')
  })

  it.each([[['colder']], [['--fast']], [['--svg']], [['--svg', '--json']], [['--svg=']], [['']], [['Cold']]])(
    'refuses %j',
    (given) => {
      expect(() => parseArguments(given)).toThrow(UsageError)
    },
  )

  it('names every section in the usage', () => {
    for (const name of sectionNames) expect(usage).toContain(name)
  })
})
