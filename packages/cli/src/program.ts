import { readFileSync } from 'node:fs'
import { Command, InvalidArgumentError, Option } from 'commander'
import { doctor, type DoctorOptions } from './doctor/index.ts'
import { usageFailure } from './failure.ts'
import { inspect, type InspectOptions } from './inspect/index.ts'
import {
  encryptionAlgorithms,
  generateKeys,
  type GenerateOptions,
  listKeys,
  type ListOptions,
  type RotateOptions,
  rotateKeys,
  type SecretOptions,
  secretVariable,
  signingAlgorithms,
} from './keys/index.ts'
import { mint, type MintOptions } from './mint/index.ts'
import type { Outcome } from './outcome.ts'
import type { Format, Printer } from './printer.ts'
import type { Surroundings } from './surroundings.ts'
import { hasColours } from './terminal/index.ts'
import { verify, type VerifyOptions } from './verify/index.ts'

/** Runs what a command does, and prints what comes out. */
export type Execute = (command: string, format: Format, work: () => Promise<Outcome>) => Promise<void>

interface CommonOptions {
  readonly json?: boolean
}

/** Every command, its arguments, options and help. */
export function createProgram(surroundings: Surroundings, printer: Printer, execute: Execute): Command {
  const program = new Command('sallyport')
  program.exitOverride().version(readVersion(), '-V, --version', 'print the version')
  configureOutput(program, surroundings, printer)
  program
    .description('Explains and verifies access tokens, makes keys and tokens, examines authorization servers and APIs.')
    .helpOption('-h, --help', 'say how a command works')
    .helpCommand('help [command]', 'say how a command works')
    .addHelpText('after', exitCodesHelp)

  add('inspect', '[token]')
    .summary('explain a token, and say what is wrong with it')
    .description(
      'Explains each part of a token in words and says what is wrong with it. Nothing is sent anywhere. The token is read ' +
        'from standard input, so that it stays out of the shell history.',
    )
    .option('--decrypt <file>', 'JWK or JWK Set that decrypts it, to look inside')
    .addHelpText(
      'after',
      examples('pbpaste | sallyport inspect', 'sallyport inspect < token.txt', 'sallyport inspect --json < token.txt'),
    )
    .action((token: string | undefined, options: InspectOptions & CommonOptions) =>
      execute('inspect', formatOf(options), () => inspect(token, options, surroundings)),
    )

  add('verify', '[token]')
    .summary('verify a token as an API would, stage by stage')
    .description(
      'Verifies a token as an API with these options would, and says stage by stage what was found. The keys are fetched ' +
        'from the issuer, or taken from --jwks; the token itself is sent nowhere.',
    )
    .option('--issuer <url>', 'the exact iss of its tokens (required)')
    .option('--audience <id>', 'the API that the token has to be for; may be repeated (required)', collect)
    .option('--jwks <file|url>', "the issuer's keys (default: found by its metadata)")
    .option('--decryption-key <file>', 'JWK or JWK Set that decrypts it')
    .option('--scope <scopes>', 'scopes that it has to grant; may be repeated', collect)
    .addOption(new Option('--profile <name>', 'how strict it is').choices(['interoperable', 'rfc9068']))
    .option('--clock-tolerance <seconds>', 'how far clocks may differ (default: 30)', wholeNumber)
    .option('--ignore-binding', 'take a token that is bound to a key, without a proof of it')
    .addHelpText(
      'after',
      examples(
        'sallyport verify --issuer https://as.example --audience https://api.example < token.txt',
        'sallyport verify --issuer https://as.example --audience https://api.example --jwks jwks.json < token.txt',
      ),
    )
    .action((token: string | undefined, options: VerifyOptions & CommonOptions) =>
      execute('verify', formatOf(options), async () => {
        requireOptions(options, ['issuer', 'audience'], 'sallyport inspect shows iss and aud of a token.')
        return verify(token, options, surroundings)
      }),
    )

  add('mint', '')
    .summary('issue a token, for development and tests')
    .description('Issues an access token (RFC 9068) with a key of a file, and prints nothing else.')
    .option('--key <file>', "the issuer's private JWK: sallyport keys generate makes one")
    .option('--ring <file>', "the issuer's key ring, instead of --key")
    .option('--secret-file <file>', 'file with the secret of the ring')
    .option('--issuer <url>', 'iss (required)')
    .option('--audience <id>', 'aud: the API; may be repeated (required)', collect)
    .option('--subject <id>', 'sub: the user, or the client itself (required)')
    .option('--client-id <id>', 'client_id (default: sallyport-cli)')
    .option('--scope <scopes>', 'what it permits; may be repeated', collect)
    .option('--claims <json|@file>', 'further claims, as a JSON object')
    .option('--lifetime <seconds>', 'until it expires, 1 to 86400 (default: 300)', wholeNumber)
    .option('--encrypt-for <file>', "encrypt it with the API's public JWK, or a shared secret")
    .option('--enc <name>', 'content encryption (default: A256GCM)')
    .addHelpText(
      'after',
      examples(
        'sallyport keys generate --alg ES256 > public-key.json',
        'sallyport mint --key signing-key.json --issuer https://as.example \\\n    --audience https://api.example --subject alice --scope reports:read',
      ),
    )
    .action((options: MintOptions & CommonOptions) =>
      execute('mint', formatOf(options), async () => {
        requireOptions(options, ['issuer', 'audience', 'subject'], 'sallyport mint --help says what there is.')
        return mint(options, surroundings.env)
      }),
    )

  addKeys(program, execute, surroundings)

  add('doctor', '<url>')
    .summary('examine an authorization server or an API')
    .description(
      'Examines an authorization server (metadata, keys, clock, TLS, caching) or a protected API (challenges, cookies, ' +
        'CORS, header fields). What answers decides which it is. No token of yours is sent, only made-up ones.',
    )
    .option('--as', 'it is an authorization server')
    .option('--api', 'it is an API; give the URL of a protected route that takes GET')
    .option('--ca <file>', 'certificates of authorities to be trusted besides, as PEM')
    .option('--timeout <seconds>', 'longest time of a request (default: 5)', wholeNumber)
    .addHelpText(
      'after',
      examples('sallyport doctor https://as.example', 'sallyport doctor https://api.example/reports'),
    )
    .action((url: string, options: DoctorOptions & CommonOptions) =>
      execute('doctor', formatOf(options), () => doctor(url, options, surroundings)),
    )

  return program

  function add(name: string, args: string): Command {
    return program.command(`${name} ${args}`).option('--json', 'print JSON for programs')
  }
}

function addKeys(program: Command, execute: Execute, { env, now }: Surroundings): void {
  const keys = program
    .command('keys')
    .description('Makes, rotates and lists keys.')
    .summary('make, rotate and list keys')
  const makesRing = 'sallyport keys generate --ring FILE makes one.'
  const secretHelp = `

The secret of a key ring comes from the variable ${secretVariable},
or from --secret-file; never from an argument.`
  const secretOf = ({ secretFile }: RingOptions): SecretOptions => ({ secretFile, env })

  add('generate')
    .summary('make a key, or a key ring')
    .description(
      'Makes a key for signing or encryption. The private half goes into a file that only you can read, the public half to ' +
        'standard output. With --ring, makes a key ring for @sallyport/issuer in an encrypted file.',
    )
    .option(
      '--alg <name>',
      'what it is for: ES256, EdDSA, RS256, …; ECDH-ES+A256KW, RSA-OAEP-256, …',
      algorithm,
      'ES256',
    )
    .option('--out <file>', 'file of the private key (default: signing-key.json or decryption-key.json)')
    .option('--ring <file>', 'file of a key ring, instead of a single key')
    .option('--secret-file <file>', 'file with the secret of the ring')
    .addHelpText(
      'after',
      examples(
        'sallyport keys generate > public-key.json',
        'sallyport keys generate --alg ECDH-ES+A256KW --out api-key.json > api-public-key.json',
        'sallyport keys generate --ring keys.jwe --secret-file secret.txt',
      ) + secretHelp,
    )
    .action((options: GenerateOptions & RingOptions) =>
      execute('keys generate', formatOf(options), () => generateKeys(options, secretOf(options), now())),
    )

  add('rotate')
    .summary('let the next key of a ring take over')
    .description(
      'Lets the next key of a ring take over, although it is not due. The one before stays published for the tokens that ' +
        'it has signed.',
    )
    .option('--ring <file>', 'file of the key ring (required)')
    .option('--secret-file <file>', 'file with the secret of the ring')
    .option('--publish-ahead <seconds>', "publishAheadSeconds of your application's ring (default: 86400)", wholeNumber)
    .option('--emergency', 'withdraw the current key at once: it may be in the hands of others')
    .addHelpText(
      'after',
      examples('sallyport keys rotate --ring keys.jwe', 'sallyport keys rotate --ring keys.jwe --emergency') +
        secretHelp,
    )
    .action((options: RotateOptions & RingOptions) =>
      execute('keys rotate', formatOf(options), async () => {
        requireOptions(options, ['ring'], makesRing)
        return rotateKeys(options, secretOf(options), now())
      }),
    )

  add('list')
    .summary('show the keys of a ring')
    .description('Shows the keys of a ring and their states. The file is read, and nothing is changed.')
    .option('--ring <file>', 'file of the key ring (required)')
    .option('--secret-file <file>', 'file with the secret of the ring')
    .addHelpText('after', examples('sallyport keys list --ring keys.jwe --secret-file secret.txt') + secretHelp)
    .action((options: ListOptions & RingOptions) =>
      execute('keys list', formatOf(options), async () => {
        requireOptions(options, ['ring'], makesRing)
        return listKeys(options, secretOf(options), now())
      }),
    )

  function add(name: string): Command {
    return keys.command(name).option('--json', 'print JSON for programs')
  }
}

interface RingOptions extends CommonOptions {
  readonly secretFile?: string
}

/**
 * Options that a command cannot do without. Commander would ask for them before it notices that one is misspelt.
 *
 * @throws CommandFailure
 */
function requireOptions<Options extends object>(
  options: Options,
  names: readonly (keyof Options & string)[],
  advice: string,
): void {
  const missing = names.filter((name) => options[name] === undefined).map((name) => `--${name}`)
  if (missing.length > 0) throw usageFailure(`Missing: ${missing.join(', ')}.`, advice)
}

function formatOf({ json }: CommonOptions): Format {
  return json === true ? 'json' : 'text'
}

function configureOutput(program: Command, { stdout, stderr, env }: Surroundings, printer: Printer): void {
  const { out, error } = printer
  program
    .configureOutput({
      writeOut: printer.write,
      writeErr: printer.writeError,
      outputError: (text) => printer.writeError(`  ${error.paint('bad', '✗')} ${text.replace(/^error: /, '')}`),
      getOutHelpWidth: () => out.width,
      getErrHelpWidth: () => error.width,
      getOutHasColors: () => hasColours(stdout, env),
      getErrHasColors: () => hasColours(stderr, env),
    })
    .configureHelp({
      styleTitle: (text) => out.paint('title', text),
      styleCommandText: (text) => out.paint('name', text),
      styleSubcommandText: (text) => out.paint('name', text),
      styleOptionText: (text) => out.paint('name', text),
      styleArgumentText: (text) => out.paint('name', text),
    })
    .showHelpAfterError('    sallyport --help, or --help after a command, says what there is.')
}

function wholeNumber(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It takes a whole number.')
}

function algorithm(text: string): string {
  const names: readonly string[] = [...signingAlgorithms, ...encryptionAlgorithms]
  if (names.includes(text)) return text
  const meant = names.find((name) => name.toLowerCase() === text.toLowerCase())
  throw new InvalidArgumentError(
    meant === undefined ? `It takes one of ${names.join(', ')}.` : `Did you mean ${meant}?`,
  )
}

/** Options that may be repeated; one after another would take the token for another value. */
function collect(text: string, earlier: readonly string[] = []): readonly string[] {
  const words = text.split(' ').filter((word) => word !== '')
  if (words.length > 0) return [...earlier, ...words]
  throw new InvalidArgumentError('It is empty.')
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
}

const exitCodesHelp = `
Exit codes:
  0  good
  1  the token was refused, or a problem was found
  2  the command line, or a file that it names, is wrong
  3  something outside failed: the network, a server, a disk`

function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isManifest ? String(manifest.version) : ''
}
