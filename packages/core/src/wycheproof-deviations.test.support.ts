/** The files of test/vectors/wycheproof by what stands between `json_web_` and `_test.json`. */
export type VectorFile = 'signature' | 'encryption' | 'crypto' | 'key'

/** A vector on which Sallyport's verdict is not the expected one, reviewed by hand. */
interface Deviation {
  readonly file: VectorFile
  readonly tcIds: readonly number[]
  /**
   * `stricter`: called valid, refused here. `contradiction`: called invalid although the same token with the same key is
   * called valid under another number, so that no verdict could satisfy both. There is no kind for a laxer verdict.
   */
  readonly kind: 'stricter' | 'contradiction'
  readonly reason: string
}

/** The one table of deviations: whoever adds to it says why. */
export const deviations: readonly Deviation[] = [
  {
    file: 'signature',
    tcIds: [346, 350],
    kind: 'stricter',
    reason: 'The token is signed with PS384, and the key says that it is for PS256 (JOSE-5, RFC 7517 §4.4).',
  },
  {
    file: 'signature',
    tcIds: [347, 351],
    kind: 'stricter',
    reason: 'The key says that it is for ES521, which is no registered algorithm (JOSE-5): a slip for ES512.',
  },
  {
    file: 'signature',
    tcIds: [372, 373],
    kind: 'stricter',
    reason: 'A question mark stands in a segment; base64url has no such character (JOSE-2, RFC 7515 §2).',
  },
  {
    file: 'signature',
    tcIds: [367, 370],
    kind: 'contradiction',
    reason: 'Meant to have padding, but byte for byte the token of 357, which is valid.',
  },
  {
    file: 'key',
    tcIds: [2, 13, 14, 15],
    kind: 'stricter',
    reason: 'The key is symmetric and stands in a key set: HMAC takes only a secret that is given by name (JOSE-5).',
  },
  {
    file: 'crypto',
    tcIds: [48],
    kind: 'stricter',
    reason: 'The key is symmetric and stands in a key set: HMAC takes only a secret that is given by name (JOSE-5).',
  },
  {
    file: 'encryption',
    tcIds: [100, 101, 102, 103, 104, 105, 112, 128],
    kind: 'stricter',
    reason: 'RSA1_5 is not implemented: its padding lets attackers decrypt by asking (JWE-1, RFC 8725 §3.2).',
  },
  {
    file: 'encryption',
    tcIds: [135],
    kind: 'stricter',
    reason: 'The plaintext is compressed: zip is refused, whatever its value (JWE-2, RFC 8725 §3.6).',
  },
]
