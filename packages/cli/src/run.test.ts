import { describe, expect, it } from 'vitest'
import { cli } from './cli.test.support.ts'

const commands = [
  ['inspect'],
  ['verify'],
  ['mint'],
  ['keys', 'generate'],
  ['keys', 'rotate'],
  ['keys', 'list'],
  ['doctor'],
]

describe('the command line', () => {
  it.each(commands.map((command) => [command.join(' '), command]))(
    'explains %s, with examples',
    async (name, command) => {
      const { exitCode, stdout } = await cli([...command, '--help'])
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`Usage: sallyport ${name}`)
      expect(stdout).toContain('--json')
      expect(stdout).toMatch(new RegExp(`Examples:(\\n  .*)*sallyport ${name} `))
    },
  )

  it('says its version', async () => {
    const { exitCode, stdout } = await cli(['--version'])
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it.each([[['--help']], [['help']]])('says what there is: %j', async (args) => {
    const { exitCode, stdout } = await cli(args)
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Usage: sallyport')
    expect(stdout).toContain('Exit codes:')
    expect(Math.max(...stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
  })

  it('says what there is where nothing is asked for, and that this is no success', async () => {
    const { exitCode, stdout, stderr } = await cli([])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('Usage: sallyport')
  })

  it.each([
    [['inspct'], 'Did you mean inspect?'],
    [['inspect', '--jsn'], 'Did you mean --json?'],
    [['inspect', 'a', 'b'], 'too many arguments'],
    [['verify'], 'Missing: --issuer, --audience.'],
    [['verify', '--isuer', 'https://as.example'], 'Did you mean --issuer?'],
    [['mint', '--key', 'k', '--issuer', 'https://as.example'], 'Missing: --audience, --subject.'],
    [['keys', 'list'], 'Missing: --ring.'],
    [['keys'], 'Usage: sallyport keys'],
    [['keys', 'lst'], 'Did you mean list?'],
    [['verify', '--clock-tolerance', 'soon', '--issuer', 'x', '--audience', 'y'], 'whole number'],
  ])('says what is wrong with %j, on standard error, and ends with 2', async (args, message) => {
    const { exitCode, stdout, stderr } = await cli(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('LOG-3: shows what was typed as escapes where it has control characters', async () => {
    const { stderr } = await cli(['\u001b[2Jinspct\u202e'])
    expect(stderr).toContain('\\u001b[2Jinspct\\u202e')
  })

  it('tells programs in JSON that it failed, and people on standard error', async () => {
    const { exitCode, stdout, stderr } = await cli(['inspect', '--json', '--decrypt', 'missing.json'], {
      input: 'a.b.c.d.e',
    })
    expect(exitCode).toBe(2)
    expect(JSON.parse(stdout)).toEqual({
      command: 'inspect',
      ok: false,
      error: { kind: 'usage', message: expect.stringContaining('missing.json'), advice: 'There is no such file.' },
    })
    expect(stderr).toContain('missing.json')
  })
})
