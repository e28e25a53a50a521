import type { IncomingMessage } from 'node:http'

/** A layer of a router, asked for the path that it was mounted at. */
export interface PathLayer {
  /** @throws URIError when a parameter of the path is not well encoded */
  match(path: string): boolean | { readonly path: string }
  /** What matched last, in versions whose `match` gives a boolean. */
  readonly path?: string | undefined
}

/** Where an error handler stands: its layer, and those of the routers around it, outermost first. */
export interface Mount {
  readonly layer: PathLayer
  readonly within: readonly PathLayer[]
}

/** Whether one that comes to the path, as the application sees it, comes by the mount. */
export function isOnWay({ layer, within }: Mount, path: string): boolean {
  let rest = path
  for (const outer of within) {
    const taken = matchOf(outer, rest)
    if (taken === undefined) return false
    rest = rest.slice(taken.length)
    if (!rest.startsWith('/')) rest = `/${rest}`
  }
  return matchOf(layer, rest) !== undefined
}

function matchOf(layer: PathLayer, path: string): string | undefined {
  try {
    const match = layer.match(path)
    if (match === false) return undefined
    return (match === true ? layer.path : match.path) ?? ''
  } catch {
    // Express goes on to the next layer, too.
    return undefined
  }
}

type ExpressRequest = IncomingMessage & { readonly baseUrl?: string }

/** The path of a request as the outermost application sees it. */
export function pathOf({ baseUrl = '', url = '/' }: ExpressRequest): string {
  return baseUrl + (/^(?:[^/?#]+:\/\/[^/?#]*)?([^?#]*)/.exec(url)?.[1] ?? '')
}

/** Of a path with parameters the requester decides how many segments it has. */
const maxPaths = 16

/** The path as a mounted application may see it: its own mount has taken some segments of `baseUrl`, but who knows which. */
export function mountedPathsOf(request: ExpressRequest): readonly string[] {
  let path = pathOf(request)
  const paths = [path]
  for (let left = (request.baseUrl ?? '').split('/', maxPaths).length - 1; left > 0; left--) {
    path = path.slice(Math.max(path.indexOf('/', 1), 0))
    paths.push(path)
  }
  return paths
}
