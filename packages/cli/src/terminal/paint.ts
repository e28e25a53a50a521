import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** What a text means to its reader. */
export type Tone = 'good' | 'bad' | 'doubtful' | 'quiet' | 'title' | 'name' | 'plain'

/** Gives text its colour, or leaves it as it is where nobody would see it. */
export type Paint = (tone: Tone, text: string) => string

/** As much of a stream as tells whether it shows colours. */
export interface ColourStream {
  readonly isTTY?: boolean | undefined
  readonly hasColors?: (() => boolean) | undefined
}

const styles: Readonly<Record<Exclude<Tone, 'plain'>, Style>> = {
  good: 'green',
  bad: 'red',
  doubtful: 'yellow',
  quiet: 'dim',
  title: 'bold',
  name: 'cyan',
}

export const plain: Paint = (_, text) => text

export const coloured: Paint = (tone, text) => {
  return tone === 'plain' || text === '' ? text : styleText(styles[tone], text, { validateStream: false })
}

/** Colours are for terminals that have them. `NO_COLOR` turns them off, else `FORCE_COLOR` turns them on, or off by 0. */
export function paintFor(stream: ColourStream, env: Readonly<Record<string, string | undefined>>): Paint {
  return hasColours(stream, env) ? coloured : plain
}

export function hasColours(stream: ColourStream, env: Readonly<Record<string, string | undefined>>): boolean {
  const { NO_COLOR: noColour = '', FORCE_COLOR: forceColour } = env
  // https://no-color.org: when present and not an empty string.
  if (noColour !== '') return false
  if (forceColour !== undefined) return forceColour !== '0' && forceColour !== 'false'
  return stream.isTTY === true && env['TERM'] !== 'dumb' && (stream.hasColors?.() ?? true)
}
