/**
 * What a terminal could take for a command, or a reader for something else: control characters, among them ESC and line
 * breaks; format characters, among them those that turn the direction of text round; what has no meaning at all.
 */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/gu

const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * Makes text of a token, a server or a user fit for a terminal: what does not print is shown as an escape (LOG-3).
 *
 * @example
 * ```ts
 * printable('a\u001b[2Jb') // 'a\\u001b[2Jb'
 * ```
 */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => names[character] ?? escaped(character))
}

/** The same for a JSON document: escapes that JSON has, so that its value stays what it was. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2)
  return text.replace(unprintable, (character) => (character === '\n' ? character : escaped(character)))
}

/** Whether something in the text has to be escaped. */
export function hasUnprintable(text: string): boolean {
  return text.search(unprintable) !== -1
}

/** What this program writes itself: lines, and styles of a terminal (SGR, ECMA-48 §8.3.117). */
// oxlint-disable-next-line no-control-regex
const ownMarks = /(\n|\u001b\[\d{1,3}m)/

/** The last thing before a stream: whatever was forgotten, nothing but lines and styles gets through. */
export function guarded(text: string): string {
  return text
    .split(ownMarks)
    .map((part) => (ownMarks.test(part) ? part : printable(part)))
    .join('')
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    return `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
  }).join('')
}
