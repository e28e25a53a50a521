import { describe, expect, it } from 'vitest'
import { readmePrograms } from './programs.ts'

describe('programs in a README', () => {
  it('are its ts, cts, js and cjs blocks, at the line numbers that they have there', () => {
    const programs = readmePrograms(
      '# A\n\n```sh\nnpm start\n```\n\n```ts\nfirst()\n```\ntext\n```cjs no-run\nsecond()\n```\n',
    )
    expect(programs).toEqual([
      { line: 7, language: 'ts', isRun: true, requests: [], text: `${'\n'.repeat(7)}first()\n` },
      { line: 11, language: 'cjs', isRun: false, requests: [], text: `${'\n'.repeat(11)}second()\n` },
    ])
  })

  it('have lines before and after them that readers do not see', () => {
    const markdown = '<!-- before\nimport a\n-->\n\n```ts\na()\n```\n\n<!-- after\nb()\n-->\n```ts\nc()\n```'
    expect(readmePrograms(markdown).map(({ text }) => text.split('\n').filter(Boolean))).toEqual([
      ['import a', 'a()', 'b()'],
      ['c()'],
    ])
  })

  it('go on from the program before, where a comment says so', () => {
    const markdown = '```ts\na()\n```\ntext\n<!-- continues -->\n```ts\nb()\n```\n<!-- continues -->\n```ts\nc()\n```'
    const texts = readmePrograms(markdown).map(({ text }) => text.split('\n').filter(Boolean).join(' '))
    expect(texts).toEqual(['a()', 'a() b()', 'a() b() c()'])
  })

  it('come with requests and what they are answered', () => {
    const [program] = readmePrograms('<!-- requests: GET /a 401, POST /b?c=1 with d:e f 200 -->\n```ts\n```')
    expect(program?.requests).toEqual([
      { method: 'GET', path: '/a', scope: undefined, status: 401 },
      { method: 'POST', path: '/b?c=1', scope: 'd:e f', status: 200 },
    ])
  })

  it('may be indented, and hold a shorter fence', () => {
    const texts = readmePrograms('- item\n\n  ````ts\n  // ```\n  a()\n  ````').map(({ text }) => text.trim())
    expect(texts).toEqual(['// ```\n  a()'])
  })

  it.each([
    ['a fence that would not be tested', '```typescript\na()\n```', /line 1: .* not as typescript/],
    ['a fence that is not closed', 'text\n```ts\na()\n', /line 2: is not closed/],
    ['a comment without a program', '<!-- before\na()\n-->\ntext\n```ts\n```', /line 4: expected a program/],
    ['a comment after no program', '```ts\n```\ntext\n<!-- after\na()\n-->', /line 4: .* right after a program/],
    ['a request without a status', '<!-- requests: GET /a -->\n```ts\n```', /not as "GET \/a"/],
  ])('are refused with %s', (_, markdown, message) => {
    expect(() => readmePrograms(markdown)).toThrow(message)
  })
})
