import { later, now, ownRule, type Requirement } from './requirement.ts'

const noDpop = later('DPoP is not there yet: a bound token is refused (BIND-1)')
const noMtls = later('client certificates are not there yet: a bound token is refused (BIND-1)')
const noIntrospection = later('introspection is not there yet: an opaque token is refused')
const noRevocation = later('revocation is not there yet')
const noStores = later('the stores for replay and revocation are not there yet')
const noMetadata = later('protected resource metadata is not there yet')
const noTelemetry = later('metrics and traces are not there yet')
const noRisk = later('risk signals are not there yet')
const noGateway = later('the gateway is not there yet')
const noStepUp = later('step-up policies are not there yet')

/** Every requirement, in the order of a request's way. */
export const requirements: readonly Requirement[] = [
  // The credential
  now(
    'CRED-1',
    ['RFC 6750 §2.1', 'RFC 9110 §11.4'],
    'Takes Bearer in any case and one b64token; anything else in the field is 400, another scheme is no credential',
  ),
  now(
    'CRED-2',
    ['RFC 9110 §5.3', 'RFC 6750 §3.1'],
    'Refuses two Authorization fields with 400, also those that Node.js hides',
  ),
  now('CRED-3', ['RFC 6750 §2'], 'Refuses credentials of two kinds with 400'),
  now('CRED-4', ['RFC 9700 §4.3.2', 'RFC 6750 §2.2', 'RFC 6750 §2.3'], 'Never reads query or body'),
  now(
    'CRED-5',
    ['RFC 6265 §4.2', 'RFC 6265 §5.4'],
    'Reads a cookie only when configured, by exact name, once, and raw',
  ),
  now('CRED-6', ['CWE-770'], 'Refuses a token over maxTokenBytes before decoding anything, in linear time'),
  now(
    'CRED-7',
    ownRule,
    'With optional: true lets only a request without a credential pass; a bad one is refused, a fault is 503',
  ),
  now('CRED-8', ownRule, 'Reads nothing of a request but method, URL, the named fields and the client certificate'),

  // Strict forms
  now('JOSE-1', ['RFC 7515 §7.1', 'RFC 7516 §7.1'], 'Takes compact serialization only, of exactly 3 or 5 segments'),
  now('JOSE-2', ['RFC 7515 §2', 'RFC 4648 §3.5'], 'Takes canonical base64url only'),
  now(
    'JOSE-3',
    ['RFC 7515 §4', 'RFC 7515 §5.2', 'RFC 7519 §7.2', 'RFC 8725 §3.7'],
    'Takes headers that are UTF-8 objects of at most 4 kB without duplicates, and payloads that are UTF-8 objects; merges nothing',
  ),
  now(
    'JOSE-4',
    ['RFC 7515 §4.1.1', 'RFC 8725 §3.1', 'RFC 8725 §3.2'],
    'Compares alg exactly with a list before it looks at a key; none is refused in every spelling',
  ),
  now(
    'JOSE-5',
    ['RFC 7517 §4.2', 'RFC 7517 §4.3', 'RFC 7517 §4.4', 'RFC 8725 §2.1', 'RFC 7518 §3.2'],
    'Uses a key only for what it is: type, curve, alg, use, key_ops; secrets only by name, long enough, and no public key',
  ),
  now(
    'JOSE-6',
    ['RFC 7515 §4.1.2', 'RFC 7515 §4.1.3', 'RFC 7515 §4.1.5', 'RFC 7515 §4.1.6', 'RFC 8725 §3.10'],
    'Never takes or fetches a key that a token brings or points to',
  ),
  now('JOSE-7', ['RFC 7515 §4.1.11', 'RFC 7797 §6'], 'Refuses any crit, and b64: false'),
  now(
    'JOSE-8',
    ['RFC 7515 §4.1.4', 'RFC 8725 §3.10'],
    'Takes kid as text of at most 512 characters that is looked up by equality alone',
  ),
  now('JOSE-9', ['RFC 7515 §5.2', 'RFC 7515 §6'], 'Tries at most 4 keys where the kid does not decide'),
  now(
    'JOSE-10',
    ['RFC 7518 §3.3', 'RFC 7518 §3.4', 'RFC 8037 §3.1', 'CVE-2022-21449'],
    'Takes signatures of the exact length and range only; DER and zeros are refused',
  ),
  now(
    'JOSE-11',
    ['RFC 7518 §3.3', 'RFC 8725 §3.4'],
    'Skips weak keys with an event: RSA of 2048 to 8192 bits and an odd exponent from 3 to 2^32, points on their curve',
  ),
  now('JOSE-12', ownRule, 'Gives the same verdict and code in the same order whether anything was cached or not'),
  now(
    'JOSE-13',
    ownRule,
    'Serves a cached verdict only for the identical token and configuration, as long as its key and time hold',
  ),
  now(
    'JOSE-14',
    ['RFC 9068 §4', 'RFC 7515 §4.1.9', 'RFC 8725 §3.11'],
    'Takes typ at+jwt, jwt or none; in profile rfc9068 at+jwt alone; others by name only',
  ),
  now('JOSE-15', ['RFC 8259 §9'], 'Refuses JSON nested deeper than 32 before anything recursive sees it'),
  now('JOSE-16', ['RFC 7518 §3.5'], 'Refuses PS* with a salt that is not as long as the hash'),
  now(
    'JOSE-17',
    ['RFC 7520 §4', 'RFC 7520 §5', 'RFC 7520 §6'],
    'Passes the supported examples of RFC 7520, and refuses the others',
  ),

  // Door one
  now(
    'JWE-1',
    ['RFC 7516 §4.1.1', 'RFC 7516 §4.1.2', 'RFC 8725 §3.1', 'RFC 8725 §3.2'],
    'Binds each decryption key to one alg family; RSA1_5 and PBES2 do not exist',
  ),
  now('JWE-2', ['RFC 7516 §4.1.3', 'RFC 8725 §3.6'], 'Refuses zip, whatever its value, before decryption'),
  now(
    'JWE-3',
    ['RFC 7516 §5.2', 'RFC 7518 §4.5', 'RFC 7518 §4.6'],
    'Wants an empty encrypted key for dir and ECDH-ES, and one of the exact length for the others',
  ),
  now('JWE-4', ['RFC 7518 §5.2', 'RFC 7518 §5.3'], 'Wants IV, tag and content key of the exact length'),
  now(
    'JWE-5',
    ['RFC 7518 §4.6.1', 'RFC 8725 §3.4', 'RFC 7748 §6.1'],
    'Wants a public, valid epk on the curve of the key, and refuses an all-zero secret',
  ),
  now(
    'JWE-6',
    ['RFC 7516 §11.5', 'RFC 7518 §5.2.2.2'],
    'Answers every failure behind the header the same, goes on with a random key, compares MACs in constant time first',
  ),
  now(
    'JWE-7',
    ['RFC 7519 §11.2', 'RFC 8725 §2.3', 'RFC 8725 §3.3'],
    'Wants a signed token inside, one layer of each; bare claims only with shared secrets and by option',
  ),
  now('JWE-8', ['RFC 7519 §5.2', 'RFC 7516 §4.1.12'], 'Wants cty jwt or at+jwt; absent in profile interoperable only'),
  now('JWE-9', ['RFC 7519 §5.3'], 'Refuses replicated iss, sub and aud that differ from those inside'),
  now('JWE-10', ['RFC 9068 §4'], 'Refuses tokens that are only signed where decryption is required'),
  now('JWE-11', ['RFC 7516 §4.1.6'], 'Finds the decryption key by kid, and tries at most 4 without'),
  now('JWE-12', ownRule, 'Runs long private-key operations off the main thread'),

  // Claims
  now(
    'CLAIM-1',
    ['RFC 7519 §4.1.1', 'RFC 9068 §4', 'RFC 8725 §3.8'],
    'Compares iss code point for code point, and takes the key from that issuer alone',
  ),
  now(
    'CLAIM-2',
    ['RFC 7519 §4.1.3', 'RFC 9068 §4', 'RFC 8725 §3.9'],
    'Wants one of our audiences exactly, in a string or an array of strings',
  ),
  now(
    'CLAIM-3',
    ['RFC 7519 §4.1.4', 'RFC 7519 §2'],
    'Requires exp as a number of seconds up to the year 9999, and refuses from exp plus tolerance on',
  ),
  now(
    'CLAIM-4',
    ['RFC 7519 §4.1.5', 'RFC 7519 §4.1.6'],
    'Takes nbf and iat as such numbers, and refuses them in the future',
  ),
  now('CLAIM-5', ['RFC 7519 §4.1.6'], 'Needs iat where a greatest age is set'),
  now(
    'CLAIM-6',
    ['RFC 9068 §2.2', 'RFC 7519 §4.1.2', 'RFC 7519 §4.1.7'],
    'Wants sub, jti, client_id and scope of their types, and all claims of RFC 9068 in its profile',
  ),
  now(
    'CLAIM-7',
    ['RFC 8725 §2.8', 'RFC 8725 §3.12'],
    'Refuses tokens that were made for something else; no option admits them',
  ),
  now('CLAIM-8', ownRule, 'Freezes the result to its depth'),
  now(
    'CLAIM-9',
    ['RFC 8725 §3.10'],
    'Lets an unverified iss only select: fetches nothing for issuers that are not accepted',
  ),

  // Keys
  now(
    'KEYS-1',
    ['RFC 8414 §2', 'RFC 7517 §5'],
    'Fetches over https alone, loopback excepted, within limits of redirects, time, size and number',
  ),
  now('KEYS-2', ['RFC 8414 §3.3'], 'Wants the issuer in the metadata to be the configured one exactly'),
  now('KEYS-3', ownRule, 'Spaces fetches for unknown key ids, makes up for refused ones, and stays bounded'),
  now('KEYS-4', ownRule, 'Uses the last good keys while none can be fetched, up to a bound; without any it is 503'),
  now('KEYS-5', ownRule, 'Never uses a withdrawn key again, nor a verdict made with it; an empty set is a fault'),
  now(
    'KEYS-6',
    ['RFC 7517 §5', 'RFC 7517 §9.2'],
    'Skips a bad key without spoiling the set; ignores and reports private members',
  ),
  now('KEYS-7', ownRule, 'Answers an unknown kid with 503 while the keys may be old'),
  now('KEYS-8', ['RFC 7638 §3'], 'Knows a key by its thumbprint, whatever its kid'),
  now('KEYS-9', ownRule, 'Filters a snapshot like a fetched set; ignores one of another source, age or form'),
  now('KEYS-10', ownRule, 'Refuses a distrusted key at once, whatever is cached'),

  // Binding
  now(
    'BIND-1',
    ['RFC 9449 §7.2', 'RFC 8705 §3', 'RFC 7800 §3.1'],
    'Passes a token with cnf only where its binding was checked',
  ),
  noDpop('DPOP-1.1', ['RFC 9449 §4.3'], 'There is one DPoP field'),
  noDpop('DPOP-1.2', ['RFC 9449 §4.3'], 'The proof is one well-formed JWT'),
  noDpop('DPOP-1.3', ['RFC 9449 §4.3', 'RFC 9449 §4.2'], 'The proof has all required claims'),
  noDpop('DPOP-1.4', ['RFC 9449 §4.3'], 'The proof has typ dpop+jwt'),
  noDpop('DPOP-1.5', ['RFC 9449 §4.3'], 'The proof has an asymmetric alg that is accepted'),
  noDpop('DPOP-1.6', ['RFC 9449 §4.3'], 'The proof is signed by the key in it'),
  noDpop('DPOP-1.7', ['RFC 9449 §4.3'], 'The key in the proof is not private'),
  noDpop('DPOP-1.8', ['RFC 9449 §4.3'], 'htm is the method of the request'),
  noDpop('DPOP-1.9', ['RFC 9449 §4.3'], 'htu is the URL of the request, without query and fragment'),
  noDpop('DPOP-1.10', ['RFC 9449 §4.3', 'RFC 9449 §8'], 'nonce is the one that the server gave'),
  noDpop('DPOP-1.11', ['RFC 9449 §4.3', 'RFC 9449 §11.1'], 'The proof was made within the accepted time'),
  noDpop(
    'DPOP-1.12',
    ['RFC 9449 §4.3', 'RFC 9449 §7.1'],
    'ath is the hash of the access token, and the key the one that it is bound to',
  ),
  noDpop('DPOP-2', ['RFC 9449 §4.2', 'RFC 9449 §11.6'], 'Bounds the key and the size of a proof'),
  noDpop('DPOP-3', ['RFC 9449 §11.1'], 'Takes iat from 60 s back to 5 s ahead, or a nonce'),
  noDpop('DPOP-4', ['RFC 9449 §11.1'], 'Takes each jti once per key, atomically; 503 where that cannot be known'),
  noDpop(
    'DPOP-5',
    ['RFC 9449 §4.3', 'RFC 3986 §6.2'],
    'Compares htu after normalisation, with the public URL of the configuration',
  ),
  noDpop('DPOP-6', ['RFC 9449 §7.1'], 'Refuses two DPoP fields, or the scheme without a proof'),
  noDpop('DPOP-7', ['RFC 9449 §7.2'], 'Refuses a bound token as Bearer, and an unbound one as DPoP'),
  noDpop('DPOP-8', ['RFC 9449 §9'], 'Gives nonces that expire, rotate, and work across processes'),
  noDpop('DPOP-9', ownRule, 'Checks what is cheap first, and stores the jti last'),
  noDpop('DPOP-10', ['RFC 9449 §7'], 'Computes ath over the token as presented'),
  noDpop('DPOP-11', ownRule, 'Lets one key fill no more than a part of the replay store'),
  noMtls('MTLS-1', ['RFC 8705 §3'], 'Compares the thumbprint of the client certificate with the one in the token'),
  noMtls('MTLS-2', ['RFC 9440 §4'], 'Takes forwarded certificates from configured proxies alone'),
  noMtls('MTLS-3', ['RFC 7800 §3.1'], 'Refuses unknown members of cnf'),
  noMtls('MTLS-4', ['RFC 8705 §3'], 'Takes a certificate as proof, not that the socket is authorized'),

  // Policies
  now('POLICY-1', ownRule, 'Trusts what the verifier made, not what lies on the request; without it 500'),
  now(
    'POLICY-2',
    ['RFC 6749 §3.3', 'RFC 9068 §2.2.3'],
    'Splits scopes at single spaces, and compares them whole and by case',
  ),
  now('POLICY-3', ownRule, 'Follows own properties only on a path into the claims'),
  now('POLICY-4', ownRule, 'Lets a predicate pass by true alone; one that throws is 500'),
  noStepUp('POLICY-5', ['RFC 9470 §3'], 'Answers a missing or old authentication with a step-up challenge'),
  later('nothing tells users from clients yet')(
    'POLICY-6',
    ['RFC 9700 §4.15'],
    'Takes a subject that is the client itself for no user',
  ),
  now('POLICY-7', ownRule, 'Refuses contexts of Nest that it does not know'),
  later('WebSockets are not there yet')(
    'POLICY-8',
    ['RFC 6455 §7.4'],
    'Closes a WebSocket when its token expires or is revoked',
  ),

  // Introspection, revocation, stores
  noIntrospection(
    'INTRO-1',
    ['RFC 7662 §2.2'],
    'Passes active: true alone, then all other checks; answers are bounded and cached briefly',
  ),
  noIntrospection('INTRO-2', ['RFC 7662 §2.3'], 'Answers a fault of the endpoint, or of our own credentials, with 503'),
  noIntrospection('INTRO-3', ['RFC 7662 §4'], 'Sends the token in the body, never in a URL or log'),
  noIntrospection('INTRO-4', ['RFC 9701 §5'], 'Checks typ, iss and aud of signed answers'),
  noIntrospection('INTRO-5', ['RFC 7662 §4'], 'Sends a JWT of an unknown issuer to nobody'),
  noIntrospection('INTRO-6', ownRule, 'Bounds the calls in flight'),
  noRevocation('REVOKE-1', ['RFC 7009 §2'], 'Refuses what was revoked from the promised lag on, cached or not'),
  noRevocation('REVOKE-2', ownRule, 'Answers 503 when the feed is lost for too long'),
  noRevocation('REVOKE-3', ownRule, 'Lets entries expire with the tokens they concern'),
  noRevocation('REVOKE-4', ownRule, 'Knows a token by what is signed, never by its text'),
  noRevocation('REVOKE-5', ownRule, 'Refuses every token of a revoked subject that was issued before'),
  noRevocation(
    'REVOKE-6',
    ['draft-ietf-oauth-status-list'],
    'Bounds status lists, and takes them from configured origins',
  ),
  noRevocation(
    'REVOKE-7',
    ['RFC 8417 §2', 'OpenID Connect Back-Channel Logout 1.0 §2.6'],
    'Checks logout and event tokens as strictly as access tokens',
  ),
  noStores('STORE-1', ownRule, 'Makes every write that decides atomic across processes'),
  noStores('STORE-2', ownRule, 'Gives every key a prefix and an end'),
  noStores('STORE-3', ownRule, 'Hashes text of the attacker before it becomes a key'),
  noStores('STORE-4', ownRule, 'Never makes a token valid by what a store returns; no answer is 503'),

  // Challenges
  now('CHAL-1', ['RFC 6750 §3', 'RFC 6750 §3.1'], 'Answers a request without a credential with a bare challenge'),
  now(
    'CHAL-2',
    ['RFC 9110 §11.6.1', 'RFC 6750 §3'],
    'Writes challenges that a strict parser reads, and no other characters',
  ),
  now('CHAL-3', ownRule, 'Echoes nothing of the request or the token'),
  now('CHAL-4', ownRule, 'Keeps status and challenge through error handlers of the application'),
  now('CHAL-5', ['RFC 9111 §5.2.2.5'], 'Forbids caches to keep a refusal'),
  now('CHAL-6', ['RFC 6750 §3'], 'Answers with a small JSON object, and no stack'),
  now('CHAL-7', ['RFC 9110 §15.6.4'], 'Answers infrastructure faults with 503 and Retry-After'),
  now('CHAL-8', ['RFC 7516 §11.5'], 'Does not tell which of several secret things failed'),
  noMetadata('META-1', ['RFC 9728 §3'], 'Takes resource and its metadata from the configuration alone'),
  noMetadata('META-2', ['RFC 9728 §3.1'], 'Serves the document where the standard says'),

  // Cookies, issuing
  now('COOKIE-1', ['RFC 6265bis §4.1.3'], 'Sets __Host- cookies: Secure, HttpOnly, Path=/, SameSite'),
  now(
    'COOKIE-2',
    ['RFC 6265 §8.2', 'RFC 9700 §4.7', 'Fetch Metadata §2.3'],
    'Lets unsafe requests with a cookie pass from our own pages alone',
  ),
  now('COOKIE-3', ['RFC 6265 §6.1'], 'Fails at issue time where a cookie would be over 4,096 bytes'),
  now(
    'COOKIE-4',
    ['RFC 6455 §10.2', 'RFC 6454 §7.3'],
    'Counts WebSocket handshakes and overridden methods as unsafe; same-site and Origin null are foreign',
  ),
  now('ISSUER-1', ownRule, 'Keeps private keys encrypted, or readable by the owner alone, and writes them atomically'),
  now('ISSUER-2', ['RFC 7517 §5'], 'Publishes a key before it signs, and until its last token has expired'),
  now('ISSUER-3', ['RFC 9700 §4.14.2'], 'Lets a refresh token be used once, and ends the family on reuse'),
  now('ISSUER-4', ['RFC 7517 §9.2'], 'Never publishes private or symmetric members'),
  now('ISSUER-5', ['RFC 9068 §2.2'], 'Lets extra claims name no registered ones'),

  // Logs, telemetry, risk, gateway
  now('LOG-1', ['CWE-532', 'CWE-209'], 'Puts no token, key, secret or personal claim into errors and events'),
  noTelemetry('LOG-2', ownRule, 'Bounds the values of labels'),
  now('LOG-3', ['CWE-117'], 'Escapes control characters in what it logs'),
  noRisk('RISK-1', ownRule, 'Never opens a door by the answer of a model'),
  noGateway('GATE-1', ['CVE-2025-64484'], 'Strips identity fields of the client'),
  noGateway('GATE-2', ['RFC 3986 §6.2'], 'Matches the path that it forwards, and refuses ambiguous ones'),
  noGateway('GATE-3', ownRule, 'Denies what no route matches'),
  noGateway('GATE-4', ownRule, 'Never replaces a good policy file by a bad one'),
  noGateway('GATE-5', ['CVE-2025-48865'], 'Lets Connection remove no identity field'),
  noGateway('GATE-6', ['RFC 9112 §6.1'], 'Refuses Content-Length beside Transfer-Encoding'),
  noGateway('GATE-7', ownRule, 'Sends the credential upstream by option alone'),
  noGateway('GATE-8', ownRule, 'Refuses forward-auth without, or with two, original methods or URLs'),

  // Load and supply
  now(
    'DOS-1',
    ['CWE-400'],
    'Refuses for at most the price of one honest verification per key, and under 5 ms of the main thread',
  ),
  now('DOS-2', ['CWE-770'], 'Bounds every cache, map, queue and timer'),
  now('DOS-3', ['CWE-772'], 'Frees what an aborted request held'),
  now('DOS-4', ['CWE-770'], 'Answers 503 over 1,024 waiting verifications, and still fetches keys'),
  now('SUPPLY-1', ownRule, 'Runs no install scripts and no dynamic code, and uses no network but the configured'),
  now('SUPPLY-2', ownRule, 'Lists its production dependencies; a new one fails a test'),
  now('SUPPLY-3', ownRule, 'Packs no private key'),
]
