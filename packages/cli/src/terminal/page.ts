import type { Paint, Tone } from './paint.ts'
import { printable } from './printable.ts'
import { padTo, widthOf, wrap } from './width.ts'

/** What a command has to say, as data. Its texts may be of anybody: they are made printable when they are rendered. */
export type Page = readonly Block[]

/** A part of a page; an empty line stands between two. */
export type Block =
  | { readonly kind: 'title'; readonly text: string; readonly aside?: string | undefined }
  | { readonly kind: 'text'; readonly text: string; readonly tone?: Tone | undefined }
  | { readonly kind: 'rows'; readonly title?: string | undefined; readonly rows: readonly Row[] }
  | { readonly kind: 'marks'; readonly title?: string | undefined; readonly marks: readonly Mark[] }

/** Something that has a name, a value and a meaning. */
export interface Row {
  readonly name: string
  readonly value: string
  readonly meaning?: string | undefined
  readonly tone?: Tone | undefined
}

/** Something that was judged. */
export interface Mark {
  readonly verdict: Verdict
  /** What was looked at. */
  readonly label?: string | undefined
  readonly text: string
  /** What to do about it. */
  readonly advice?: string | undefined
}

export type Verdict = 'good' | 'bad' | 'doubtful' | 'note' | 'none'

const marks = {
  good: ['✓', 'good'],
  bad: ['✗', 'bad'],
  doubtful: ['!', 'doubtful'],
  note: ['·', 'quiet'],
  none: ['–', 'quiet'],
} as const satisfies Record<Verdict, readonly [string, Tone]>

/** Where a page is shown. */
export interface Screen {
  readonly width: number
  readonly paint: Paint
}

export function renderPage(page: Page, screen: Screen): string {
  return `${page.map((block) => renderBlock(block, screen).join('\n')).join('\n\n')}\n`
}

function renderBlock(block: Block, screen: Screen): string[] {
  const { width, paint } = screen
  if (block.kind === 'title') {
    const aside = block.aside === undefined ? '' : paint('quiet', ` · ${printable(block.aside)}`)
    return [paint('title', printable(block.text)) + aside]
  }
  if (block.kind === 'text') {
    return wrap(printable(block.text), width).map((line) => paint(block.tone ?? 'plain', line))
  }
  const title = block.title === undefined ? [] : [paint('title', printable(block.title))]
  const lines = block.kind === 'rows' ? renderRows(block.rows, screen) : renderMarks(block.marks, screen)
  return [...title, ...lines]
}

const indent = '  '
/** A value that is longer has its meaning below it. */
const maxValueWidth = 34
const minMeaningWidth = 24

function renderRows(rows: readonly Row[], { width, paint }: Screen): string[] {
  const nameWidth = Math.min(18, widest(rows.map(({ name }) => name)))
  const valueWidth = widest(
    rows.map(({ value }) => value).filter((value) => widthOf(printable(value)) <= maxValueWidth),
  )
  const left = indent.length + nameWidth + 2
  const right = left + valueWidth + 2
  return rows.flatMap(({ name, value, meaning = '', tone = 'plain' }) => {
    const [firstName = '', ...otherNames] = wrap(printable(name), nameWidth)
    const head = indent + paint('name', padTo(firstName, nameWidth))
    const more = otherNames.map((part) => indent + paint('name', part))
    if (value === '' && meaning === '') return [indent + paint('name', firstName), ...more]
    const text = printable(value)
    const meanings = printable(meaning)
    if (widthOf(text) <= valueWidth && width - right >= minMeaningWidth) {
      const [first = '', ...rest] = wrap(meanings, width - right)
      const line = `${head}  ${paint(tone, first === '' ? text : padTo(text, valueWidth))}`
      return [
        first === '' ? line : `${line}  ${paint('quiet', first)}`,
        ...more,
        ...rest.map((part) => ' '.repeat(right) + paint('quiet', part)),
      ]
    }
    const room = Math.max(16, width - left)
    const below = meanings === '' ? [] : wrap(meanings, room).map((part) => paint('quiet', part))
    const [first = '', ...rest] = [...wrap(text, room).map((part) => paint(tone, part)), ...below]
    return [`${head}  ${first}`, ...more, ...rest.map((part) => ' '.repeat(left) + part)]
  })
}

function renderMarks(list: readonly Mark[], { width, paint }: Screen): string[] {
  const labelWidth = widest(list.map(({ label = '' }) => label))
  const left = indent.length + 2 + (labelWidth === 0 ? 0 : labelWidth + 2)
  const room = Math.max(16, width - left)
  return list.flatMap(({ verdict, label = '', text, advice }) => {
    const [sign, tone] = marks[verdict]
    const isQuiet = verdict === 'note' || verdict === 'none'
    const shownLabel =
      labelWidth === 0 ? '' : `${paint(isQuiet ? 'quiet' : 'title', padTo(printable(label), labelWidth))}  `
    const textTone: Tone = verdict === 'bad' || verdict === 'doubtful' ? tone : isQuiet ? 'quiet' : 'plain'
    const [first = '', ...rest] = wrap(printable(text), room).map((line) => paint(textTone, line))
    const advices = advice === undefined ? [] : wrap(printable(advice), room - 2)
    return [
      `${indent}${paint(tone, sign)} ${shownLabel}${first}`,
      ...rest.map((line) => ' '.repeat(left) + line),
      ...advices.map((line, index) => `${' '.repeat(left)}${index === 0 ? paint('quiet', '→ ') : '  '}${line}`),
    ]
  })
}

/** Of any number of texts: as arguments of one call, too many would not fit onto the stack. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, widthOf(printable(text))), 0)
}
