/** What can be said about a token without anybody's keys. */
export interface Inspection {
  /** `signed`: a JWS. `encrypted`: a JWE. `opaque`: no JWT at all. */
  readonly kind: 'signed' | 'encrypted' | 'opaque'
  /** Length of the token. */
  readonly bytes: number
  /** Members of the header (RFC 7515 §4, RFC 7516 §4). */
  readonly header: readonly Member[]
  /** Claims (RFC 7519 §4); of an encrypted token none, as they are inside. */
  readonly claims: readonly Member[]
  /** The parts whose content is bytes, with their lengths. */
  readonly parts: readonly BinaryPart[]
  /** The token inside an encrypted one, where it was decrypted. */
  readonly inside?: Inspection | undefined
  readonly findings: readonly Finding[]
}

/** A header member or a claim, in words. */
export interface Member {
  readonly name: string
  readonly value: unknown
  /** What it is for; empty where nobody has defined it. */
  readonly meaning: string
  /** Of a moment: the date. */
  readonly date?: string | undefined
  /** Of a moment: how far from now. */
  readonly relative?: string | undefined
}

export interface BinaryPart {
  readonly name: string
  readonly bytes: number
  readonly meaning: string
}

/** Something worth knowing about a token. */
export interface Finding {
  /**
   * `problem`: no API should take it, and Sallyport does not unless an option makes an exception. `warning`: dangerous,
   * or likely to fail somewhere. `note`: good to know.
   */
  readonly level: 'problem' | 'warning' | 'note'
  /** Stable name, for programs. */
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly advice?: string | undefined
}

export function problem(code: string, message: string, advice?: string): Finding {
  return { level: 'problem', code, message, advice }
}

export function warning(code: string, message: string, advice?: string): Finding {
  return { level: 'warning', code, message, advice }
}

export function note(code: string, message: string, advice?: string): Finding {
  return { level: 'note', code, message, advice }
}
