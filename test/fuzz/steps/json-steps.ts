import { invalidUtf8, type JsonDraft, type MemberDraft } from '../token/json-draft.ts'
import type { Random } from '../random.ts'
import { type DraftStep, someHeader, someJson } from './step.ts'

/** Values that parsers, comparisons and conversions trip over. */
export const oddValues: readonly string[] = [
  ['null', 'true', 'false', '""', '" "', '"0"', '[]', '{}', '[null]', '[[]]', '{"":""}'],
  ['0', '-0', '-1', '1', '1.5', '1e3', '1e999', '-1e999', '1e-999', '9007199254740993', '4294967296'],
  ['"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"\ud83d\ude00"', '"\\/"', '"\u2028"', '"\u212a"'],
  ['{"__proto__":{"alg":"none"}}', '{"constructor":{"prototype":{}}}', '{"toString":null}', '{"length":1}'],
  ['"__proto__"', '"constructor"', '"prototype"', '"hasOwnProperty"'],
].flat()

const hugeNumber = (random: Random) =>
  `${random.pick(['', '-', '0.', '1e'])}${'9'.repeat(random.pick([20, 400, 3000]))}`

/** Turns some characters of a quoted text into escapes: another spelling of the same. */
function escapeSome(quoted: string, random: Random): string {
  return quoted.replace(/[a-z0-9]/gi, (character) =>
    random.chance(0.5) ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character,
  )
}

function someMember(json: JsonDraft, random: Random): MemberDraft {
  if (json.members.length === 0) json.set('member', '1')
  return random.pick(json.members)
}

function nested(depth: number, random: Random): string {
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ])
  return `${open.repeat(depth)}1${close.repeat(depth)}`
}

/** Tricks with the text of a JSON object, wherever it stands. */
export const jsonSteps = {
  'odd value': (draft, { random }) => {
    someMember(someJson(draft, random), random).value = random.pick(oddValues)
  },
  'huge number': (draft, { random }) => {
    someMember(someJson(draft, random), random).value = hugeNumber(random)
  },
  'member left out': (draft, { random }) => {
    const json = someJson(draft, random)
    json.members.splice(random.below(json.members.length), 1)
  },
  'members in another order': (draft, { random }) => {
    someJson(draft, random).members.reverse()
  },
  'duplicate member': (draft, { random }) => {
    const json = someJson(draft, random)
    const { name, value } = someMember(json, random)
    const again = {
      name: random.chance(0.3) ? escapeSome(name, random) : name,
      value: random.chance(0.5) ? value : random.pick(oddValues),
    }
    if (random.chance(0.5)) json.members.push(again)
    else json.members.unshift(again)
  },
  'duplicate member in a nested object': (draft, { random }) => {
    someJson(draft, random).set(
      'nested',
      random.pick(['{"a":1,"a":1}', '[{"a":1,"\\u0061":2}]', '{"a":{"a":1}}', '{"":1,"":2}']),
    )
  },
  'escaped name': (draft, { random }) => {
    const member = someMember(someJson(draft, random), random)
    member.name = escapeSome(member.name, random)
  },
  'escaped value': (draft, { random }) => {
    const member = someMember(someJson(draft, random), random)
    if (member.value.startsWith('"')) member.value = escapeSome(member.value, random)
  },
  'name of another case': (draft, { random }) => {
    const member = someMember(someJson(draft, random), random)
    member.name = random.chance(0.5) ? member.name.toUpperCase() : `${member.name.slice(0, -1)} "`
  },
  prototype: (draft, { random }) => {
    const name = random.pick(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])
    const inner = random.pick([
      '{"alg":"none","crit":["b64"]}',
      '{"exp":99999999999}',
      '{"prototype":{"iss":1}}',
      'null',
      '1',
    ])
    someJson(draft, random).set(name, inner)
  },
  'white space': (draft, { random }) => {
    someJson(draft, random).space = random.pick([' ', '\n', '\t', '\r\n', '\u00a0', '\u000b', '\ufeff', '/**/'])
  },
  'byte order mark': (draft, { random }) => {
    const json = someJson(draft, random)
    json.before = random.pick(['\ufeff', '\ufeff\ufeff', ' \ufeff', '\ufffe'])
  },
  'text before': (draft, { random }) => {
    someJson(draft, random).before = random.pick([' ', '\n', '\0', '[', '"', '{}', ")]}'\n", '1'])
  },
  'text after': (draft, { random }) => {
    someJson(draft, random).after = random.pick([
      ' ',
      '\n',
      '\0',
      '}',
      ']',
      ',',
      '{}',
      '"',
      '\u00a0',
      ' \t\r\n',
      '//',
      'x',
    ])
  },
  'invalid UTF-8': (draft, { random }) => {
    const member = someMember(someJson(draft, random), random)
    const bytes = random.pick(Object.keys(invalidUtf8))
    if (random.chance(0.5)) member.value = `"${bytes}"`
    else member.name = `"${bytes}"`
  },
  'raw control character': (draft, { random }) => {
    someMember(someJson(draft, random), random).value = `"a${random.pick(['\0', '\n', '\u001f', '\u007f', '\u0080'])}b"`
  },
  'lone surrogate': (draft, { random }) => {
    const member = someMember(someJson(draft, random), random)
    member.value = random.pick(['"\\ud800"', '"a\\udc00b"', '["\\ud800\\ud800"]', '{"\\ud800":1,"\\ud801":2}'])
  },
  'deep nesting': (draft, { random }) => {
    // The object itself is one level: 31 more are the most.
    const depth = random.pick([29, 30, 31, 32, 33, 64, 500])
    someJson(draft, random).set('deep', nested(depth, random))
  },
  'brackets in text': (draft, { random }) => {
    const json = someJson(draft, random)
    json.set('brackets', JSON.stringify(random.pick(['[', '{', '[{']).repeat(random.pick([30, 40, 100]))))
    if (random.chance(0.3)) json.set('escaped', `"\\"${'['.repeat(40)}\\\\"`)
  },
  'many brackets': (draft, { random }) => {
    someJson(draft, random).set('many', `[${'[],{},'.repeat(random.pick([10, 40, 200]))}1]`)
  },
  'another shape': (draft, { random }) => {
    const json = someJson(draft, random)
    const text = json.toText()
    json.instead = random.pick([
      `[${text}]`,
      JSON.stringify(text),
      'null',
      'true',
      '1',
      '""',
      '',
      '{}',
      '[]',
      text.slice(0, -1),
      `${text}${text}`,
    ])
  },
  'header at its limit': (draft, { random }) => {
    const header = someHeader(draft, random)
    header.set('padding', '""')
    const missing = random.pick([4094, 4095, 4096, 4097, 4098, 5000]) - header.toBytes().length
    if (missing > 0) header.set('padding', `"${'x'.repeat(missing)}"`)
  },
} as const satisfies Record<string, DraftStep>
