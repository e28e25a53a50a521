import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AccessTokenError } from '../error.ts'
import { audience, issuer, type Members } from '../mint.test.support.ts'
import { createVerifier, type VerifierOptions } from '../index.ts'
import { verifyJws } from '../verify-jws.test.support.ts'

// The examples of the standards, as published.

/** RFC 7515 Appendix A.1.1: the claims of most examples there. */
const joe = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'
const joeSegment = 'eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ'

/** RFC 7520 Figure 7, and the same in Figure 8 as base64url. */
const frodo =
  "It’s a dangerous business, Frodo, going out your door. You step onto the road, and if you don't keep your feet, there’s no knowing where you might be swept off to."
const frodoSegment =
  'SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4'

/** RFC 7520 §3.3, §3.1 and §3.5. */
const bilbo = {
  kty: 'RSA',
  kid: 'bilbo.baggins@hobbiton.example',
  use: 'sig',
  n: 'n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw',
  e: 'AQAB',
}
const bilboEc = {
  kty: 'EC',
  kid: 'bilbo.baggins@hobbiton.example',
  use: 'sig',
  crv: 'P-521',
  x: 'AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt',
  y: 'AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1',
}
const macKey = {
  kty: 'oct',
  kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037',
  use: 'sig',
  alg: 'HS256',
  k: 'hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg',
}

/** RFC 7515 Appendix A.2.1 and A.3.1. */
const appendixA2 = {
  kty: 'RSA',
  n: 'ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ',
  e: 'AQAB',
}
const appendixA3 = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

const inSet = (...keys: Members[]) => ({ jwks: { keys } })
const named = ({ k }: Members) => ({ secret: Buffer.from(k as string, 'base64url'), algorithm: 'HS256' })

interface Example {
  readonly name: string
  readonly keys: Members
  readonly token: string
  readonly payload: string
}

const examples: readonly Example[] = [
  {
    name: 'RFC 7515 A.1 (HS256)',
    keys: named({
      kty: 'oct',
      k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow',
    }),
    token: ['eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9', joeSegment, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'].join(
      '.',
    ),
    payload: joe,
  },
  {
    name: 'RFC 7515 A.2 (RS256)',
    keys: inSet(appendixA2),
    token: [
      'eyJhbGciOiJSUzI1NiJ9',
      joeSegment,
      'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
    ].join('.'),
    payload: joe,
  },
  {
    name: 'RFC 7515 A.3 (ES256)',
    keys: inSet(appendixA3),
    token: [
      'eyJhbGciOiJFUzI1NiJ9',
      joeSegment,
      'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    ].join('.'),
    payload: joe,
  },
  {
    name: 'RFC 7515 A.4 (ES512)',
    keys: inSet({
      kty: 'EC',
      crv: 'P-521',
      x: 'AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk',
      y: 'ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2',
    }),
    token: [
      'eyJhbGciOiJFUzUxMiJ9',
      'UGF5bG9hZA',
      'AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn',
    ].join('.'),
    payload: 'Payload',
  },
  {
    name: 'RFC 7520 §4.1 (RS256)',
    keys: inSet(bilbo),
    token: [
      'eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9',
      frodoSegment,
      'MRjdkly7_-oTPTS3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglII7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNCrUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPxUAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree7vjbU5y18kDquDg',
    ].join('.'),
    payload: frodo,
  },
  {
    name: 'RFC 7520 §4.2 (PS384)',
    keys: inSet(bilbo),
    token: [
      'eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9',
      frodoSegment,
      'cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw',
    ].join('.'),
    payload: frodo,
  },
  {
    name: 'RFC 7520 §4.3 (ES512)',
    keys: inSet(bilboEc),
    token: [
      'eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9',
      frodoSegment,
      'AE_R_YZCChjn4791jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2',
    ].join('.'),
    payload: frodo,
  },
  {
    name: 'RFC 7520 §4.4 (HS256)',
    keys: named(macKey),
    token: [
      'eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9',
      frodoSegment,
      's0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0',
    ].join('.'),
    payload: frodo,
  },
  {
    name: 'RFC 8037 A.4 (EdDSA)',
    keys: inSet({ kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' }),
    token: [
      'eyJhbGciOiJFZERTQSJ9',
      'RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc',
      'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg',
    ].join('.'),
    payload: 'Example of Ed25519 signing',
  },
]

/** Whose form is refused, with keys that are right for them. */
const refused: readonly { readonly name: string; readonly keys: Members; readonly token: string | Members }[] = [
  {
    name: 'RFC 7515 A.5 (alg none)',
    keys: inSet(appendixA3),
    token: ['eyJhbGciOiJub25lIn0', joeSegment, ''].join('.'),
  },
  {
    name: 'RFC 7515 A.6 (general JSON serialization)',
    keys: inSet(appendixA2, appendixA3),
    token: {
      payload: joeSegment,
      signatures: [
        {
          protected: 'eyJhbGciOiJSUzI1NiJ9',
          header: { kid: '2010-12-29' },
          signature:
            'cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw',
        },
        {
          protected: 'eyJhbGciOiJFUzI1NiJ9',
          header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
          signature: 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
        },
      ],
    },
  },
  {
    name: 'RFC 7515 A.7 (flattened JSON serialization)',
    keys: inSet(appendixA3),
    token: {
      payload: joeSegment,
      protected: 'eyJhbGciOiJFUzI1NiJ9',
      header: { kid: 'e9bc097a-ce51-4036-9562-d2ade882db0d' },
      signature: 'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q',
    },
  },
  {
    name: 'RFC 7515 E (crit)',
    keys: inSet(appendixA3),
    token: [
      'eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTkRFRklORUQiOnRydWUNCn0',
      'RkFJTA',
      '',
    ].join('.'),
  },
  {
    name: 'RFC 7520 §4.5 (detached content)',
    keys: named(macKey),
    token: [
      'eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9',
      '',
      's0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0',
    ].join('.'),
  },
  {
    name: 'RFC 7520 §4.6 (unprotected kid), general',
    keys: named(macKey),
    token: {
      payload: frodoSegment,
      signatures: [
        {
          protected: 'eyJhbGciOiJIUzI1NiJ9',
          header: { kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037' },
          signature: 'bWUSVaxorn7bEF1djytBd0kHv70Ly5pvbomzMWSOr20',
        },
      ],
    },
  },
  {
    name: 'RFC 7520 §4.6 (unprotected kid), flattened',
    keys: named(macKey),
    token: {
      payload: frodoSegment,
      protected: 'eyJhbGciOiJIUzI1NiJ9',
      header: { kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037' },
      signature: 'bWUSVaxorn7bEF1djytBd0kHv70Ly5pvbomzMWSOr20',
    },
  },
  {
    name: 'RFC 7520 §4.7 (unprotected alg), general',
    keys: named(macKey),
    token: {
      payload: frodoSegment,
      signatures: [
        {
          header: { alg: 'HS256', kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037' },
          signature: 'xuLifqLGiblpv9zBpuZczWhNj1gARaLV3UxvxhJxZuk',
        },
      ],
    },
  },
  {
    name: 'RFC 7520 §4.7 (unprotected alg), flattened',
    keys: named(macKey),
    token: {
      payload: frodoSegment,
      header: { alg: 'HS256', kid: '018c0ae5-4d9b-471b-bfd6-eef314bc7037' },
      signature: 'xuLifqLGiblpv9zBpuZczWhNj1gARaLV3UxvxhJxZuk',
    },
  },
  {
    name: 'RFC 7520 §4.8 (several signatures)',
    keys: inSet(bilbo, bilboEc),
    token: {
      payload: frodoSegment,
      signatures: [
        {
          protected: 'eyJhbGciOiJSUzI1NiJ9',
          header: { kid: 'bilbo.baggins@hobbiton.example' },
          signature:
            'MIsjqtVlOpa71KE-Mss8_Nq2YH4FGhiocsqrgi5NvyG53uoimic1tcMdSg-qptrzZc7CG6Svw2Y13TDIqHzTUrL_lR2ZFcryNFiHkSw129EghGpwkpxaTn_THJTCglNbADko1MZBCdwzJxwqZc-1RlpO2HibUYyXSwO97BSe0_evZKdjvvKSgsIqjytKSeAMbhMBdMma622_BG5t4sdbuCHtFjp9iJmkio47AIwqkZV1aIZsv33uPUqBBCXbYoQJwt7mxPftHmNlGoOSMxR_3thmXTCm4US-xiNOyhbm8afKK64jU6_TPtQHiJeQJxz9G3Tx-083B745_AfYOnlC9w',
        },
        {
          header: { alg: 'ES512', kid: 'bilbo.baggins@hobbiton.example' },
          signature:
            'ARcVLnaJJaUWG8fG-8t5BREVAuTY8n8YHjwDO1muhcdCoFZFFjfISu0Cdkn9Ybdlmi54ho0x924DUz8sK7ZXkhc7AFM8ObLfTvNCrqcI3Jkl2U5IX3utNhODH6v7xgy1Qahsn0fyb4zSAkje8bAWz4vIfj5pCMYxxm4fgV3q7ZYhm5eD',
        },
        {
          protected: 'eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNyJ9',
          signature: 's0h6KThzkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0',
        },
      ],
    },
  },
]

describe('the examples of the standards', () => {
  it.each(examples)('JOSE-17: verifies $name', async ({ keys, token, payload }) => {
    expect((await verifyJws(keys, token)).toString()).toBe(payload)
  })

  it.each(examples)('verifies nothing that was changed of $name', async ({ keys, token }) => {
    const segments = token.split('.')
    for (const [index, segment] of segments.entries()) {
      const bytes = Buffer.from(segment, 'base64url')
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      const changed = segments.with(index, bytes.toString('base64url')).join('.')
      await expect(verifyJws(keys, changed)).rejects.toBeInstanceOf(AccessTokenError)
    }
  })

  it.each(refused)('JOSE-17: refuses $name', async ({ keys, token }) => {
    const verifier = createVerifier({ issuer, audience, ...keys } as VerifierOptions)
    const text = typeof token === 'string' ? token : JSON.stringify(token)
    await expect(verifyJws(keys, text)).rejects.toBeInstanceOf(AccessTokenError)
    const code = expect.stringMatching(/^(token_malformed|algorithm_refused)$/) as string
    await expect(verifier.verify(text)).rejects.toMatchObject({ code })
  })

  it('RFC 7519 §3.1: verifies the JWT there, at its time', async () => {
    const { keys, token } = examples[0]!
    const verifier = createVerifier({ ...keys, issuer: 'joe', allowAnyAudience: true } as VerifierOptions)
    vi.useFakeTimers({ toFake: ['Date'], now: 1_300_819_379_000 })
    onTestFinished(() => void vi.useRealTimers())
    const { claims, expiresAt } = await verifier.verify(token)
    expect(claims).toEqual({ iss: 'joe', exp: 1_300_819_380, 'http://example.com/is_root': true })
    vi.setSystemTime((expiresAt + 30) * 1000)
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token_expired' })
  })
})
