import { styleText } from 'node:util'
import type { WriteStream } from 'node:tty'

type Style = Parameters<typeof styleText>[0]

/** Gives text a style, or leaves it as it is where nobody would see it. */
export type Paint = (style: Style, text: string) => string

export const plain: Paint = (_, text) => text

export const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false })

/** Colours are for terminals that have them, unless `NO_COLOR` is set (https://no-color.org). */
export function paintFor(stream: Pick<WriteStream, 'isTTY' | 'hasColors'>, env: NodeJS.ProcessEnv): Paint {
  const isUnwanted = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== ''
  return stream.isTTY && !isUnwanted && stream.hasColors() ? coloured : plain
}
