import { describe, expect, it } from 'vitest'
import { type Page, renderPage } from './page.ts'
import { coloured, plain } from './paint.ts'
import { widthOf } from './width.ts'

const page: Page = [
  { kind: 'title', text: 'Token', aside: '3 bytes' },
  {
    kind: 'rows',
    title: 'Claims',
    rows: [
      { name: 'iss', value: 'https://as.example', meaning: 'who issued it' },
      { name: 'exp', value: 'soon', meaning: 'until when it is good' },
      { name: 'data', value: 'x'.repeat(90), meaning: 'long' },
      { name: 'none', value: '' },
    ],
  },
  {
    kind: 'marks',
    marks: [
      { verdict: 'good', label: 'form', text: 'fine' },
      {
        verdict: 'bad',
        label: 'signature',
        text: 'it is wrong in more words than fit into one line',
        advice: 'mend it',
      },
      { verdict: 'none', label: 'scopes', text: 'not reached' },
    ],
  },
  { kind: 'text', text: 'The end.' },
]

describe('a page', () => {
  it('has its values and meanings in columns, and what is too long below', () => {
    expect(renderPage(page, { width: 60, paint: plain }).split('\n')).toEqual([
      'Token · 3 bytes',
      '',
      'Claims',
      '  iss   https://as.example  who issued it',
      '  exp   soon                until when it is good',
      `  data  ${'x'.repeat(52)}`,
      `        ${'x'.repeat(38)}`,
      '        long',
      '  none',
      '',
      '  ✓ form       fine',
      '  ✗ signature  it is wrong in more words than fit into one',
      '               line',
      '               → mend it',
      '  – scopes     not reached',
      '',
      'The end.',
      '',
    ])
  })

  it.each([40, 48, 80, 100, 200])('is never wider than %i columns', (width) => {
    const text = 'word '.repeat(60)
    const long: Page = [
      ...page,
      { kind: 'text', text },
      { kind: 'marks', marks: [{ verdict: 'doubtful', text: `${text}${'y'.repeat(150)}`, advice: text }] },
      { kind: 'rows', rows: [{ name: 'a name that is long, too', value: '日本'.repeat(60), meaning: text }] },
    ]
    const lines = renderPage(long, { width, paint: plain }).split('\n')
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width)
  })

  it('has the same text with and without colours', () => {
    const withColours = renderPage(page, { width: 80, paint: coloured })
    expect(withColours).toContain('\u001b[31m')
    // oxlint-disable-next-line no-control-regex
    expect(withColours.replaceAll(/\u001b\[\d+m/g, '')).toBe(renderPage(page, { width: 80, paint: plain }))
  })

  it('LOG-3: keeps every text in its place, whatever is in it', () => {
    const evil = '\u001b[2J\r\n✓ admin\u202e'
    const hostile: Page = [
      { kind: 'title', text: evil, aside: evil },
      { kind: 'text', text: evil },
      { kind: 'rows', title: evil, rows: [{ name: evil, value: evil, meaning: evil }] },
      { kind: 'marks', title: evil, marks: [{ verdict: 'bad', label: evil, text: evil, advice: evil }] },
    ]
    const text = renderPage(hostile, { width: 200, paint: plain })
    expect(text.split('\n').length).toBe(
      renderPage(hostile.map(harmless), { width: 200, paint: plain }).split('\n').length,
    )
    expect(text).toMatch(/^[^\p{C}]*(\n[^\p{C}]*)*$/u)

    function harmless(block: Page[number]): Page[number] {
      const clean = JSON.parse(
        JSON.stringify(block).replaceAll(JSON.stringify(evil).slice(1, -1), 'x'.repeat(27)),
      ) as Page[number]
      return clean
    }
  })
})
