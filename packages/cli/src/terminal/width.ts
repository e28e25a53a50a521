const zeroWidth = /^[\p{Mn}\p{Me}]$/u
/** East Asian wide and full-width characters, and emoji, take two columns in nearly every terminal. */
const doubleWidth =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u

/** How many columns a text takes in a terminal. */
export function widthOf(text: string): number {
  // Nearly always, and quick: printable ASCII.
  if (/^[\x20-\x7e]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += widthOfCharacter(character)
  return width
}

/** Fills up with spaces to a width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Breaks text into lines of at most a width: between words, and within one that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (widthOf(joined) <= width) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = cut(word, width)
    line = pieces.pop() ?? ''
    lines.push(...pieces)
  }
  return [...lines, line]
}

function cut(word: string, width: number): string[] {
  const pieces = ['']
  let used = 0
  for (const character of word) {
    const more = widthOfCharacter(character)
    if (used + more > width && used > 0) {
      pieces.push('')
      used = 0
    }
    pieces.push((pieces.pop() ?? '') + character)
    used += more
  }
  return pieces
}

function widthOfCharacter(character: string): number {
  if (zeroWidth.test(character)) return 0
  return doubleWidth.test(character) ? 2 : 1
}
