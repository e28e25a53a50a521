/** A member of a JSON object as text: escapes, spaces and all. */
export interface MemberDraft {
  /** With its quotes. */
  name: string
  value: string
}

/** Stands in a text for bytes that are not UTF-8. */
export const invalidUtf8: Readonly<Record<string, Buffer>> = {
  '\ue0f0': Buffer.of(0xff),
  '\ue0f1': Buffer.of(0xc0, 0xaf),
  '\ue0f2': Buffer.of(0xed, 0xa0, 0x80),
  '\ue0f3': Buffer.of(0xf4, 0x90, 0x80, 0x80),
  '\ue0f4': Buffer.of(0xe2, 0x82),
}

/** A JSON object that is about to be written, by hand, so that it may also be one that no library would write. */
export class JsonDraft {
  members: MemberDraft[]
  /** Before and after the object. */
  before = ''
  after = ''
  /** Within the object, around its separators. */
  space = ''
  /** Replaces the whole text. */
  instead: string | undefined

  constructor(members: Readonly<Record<string, unknown>>) {
    this.members = Object.entries(members).map(([name, value]) => ({
      name: JSON.stringify(name),
      value: JSON.stringify(value),
    }))
  }

  /** Sets the first member of the name, or adds one; `undefined` removes every one. */
  set(name: string, value: string | undefined): void {
    const quoted = JSON.stringify(name)
    const member = this.members.find((one) => one.name === quoted)
    if (value === undefined) this.members = this.members.filter((one) => one.name !== quoted)
    else if (member === undefined) this.members.push({ name: quoted, value })
    else member.value = value
  }

  get(name: string): string | undefined {
    return this.members.find((one) => one.name === JSON.stringify(name))?.value
  }

  toText(): string {
    if (this.instead !== undefined) return this.instead
    const { space, before, after } = this
    const members = this.members.map(({ name, value }) => `${space}${name}${space}:${space}${value}`)
    return `${before}{${members.join(',')}${space}}${after}`
  }

  toBytes(): Buffer {
    const text = this.toText()
    // Characters of the private use area, hardly ever there: one test spares the search.
    if (!/[\ue0f0-\ue0f4]/.test(text)) return Buffer.from(text)
    return Buffer.concat(text.split(/([\ue0f0-\ue0f4])/).map((part) => invalidUtf8[part] ?? Buffer.from(part)))
  }
}
