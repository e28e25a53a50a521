import type { IncomingMessage } from 'node:http'
import { isOnWay, type Mount, mountedPathsOf, type PathLayer, pathOf } from './mounts.ts'

/** What is looked at of an Express application or router; Express 4 keeps its router at `_router`, 5 at `router`. */
interface Router {
  readonly stack?: readonly Layer[] | undefined
}

interface Layer extends PathLayer {
  readonly handle?: (((...parameters: unknown[]) => unknown) & Router) | undefined
  readonly route?: Router | undefined
}

interface Application {
  readonly _router?: Router | undefined
  readonly router?: unknown
  readonly parent?: Application | undefined
}

/** Where the error handlers of a router, and of all routers in it, stand. */
interface ErrorHandlers {
  /** By what they come after. */
  readonly after: Map<unknown, readonly Mount[]>
  /** Those of the router itself. */
  readonly own: readonly Mount[]
  readonly all: Set<Mount>
  /** The length that each router had, which tells when all this is to be found anew. */
  readonly lengths: Map<Router, number>
}

/** A walk through all routes for each refusal would cost more than all else, and be for an attacker to repeat. */
const known = new WeakMap<Router, ErrorHandlers>()

/**
 * Whether an error of the middleware reaches an error handler of the application: one that comes after it in its router,
 * in a router around that, or in an application that its own is mounted in. Without Express around the request nothing is
 * known, and whoever called the middleware is left to handle errors.
 */
export function reachesErrorHandler(request: IncomingMessage, middleware: unknown): boolean {
  if (!('app' in request) || typeof request.app !== 'function') return true
  const app = request.app as Application
  const { after, all } = errorHandlersOf(routerOf(app))
  // A middleware that is not found is called by another one, which may stand anywhere.
  if (isReached(after.get(middleware) ?? [...all], app, request)) return true
  let { parent } = app
  while (parent !== undefined) {
    if (isReached(errorHandlersOf(routerOf(parent)).own, parent, request)) return true
    parent = parent.parent
  }
  return false
}

function isReached(mounts: readonly Mount[], { parent }: Application, request: IncomingMessage): boolean {
  if (mounts.length === 0) return false
  const paths = parent === undefined ? [pathOf(request)] : mountedPathsOf(request)
  return mounts.some((mount) => paths.some((path) => isOnWay(mount, path)))
}

function routerOf(app: Application): Router | undefined {
  // Express 4 throws at `app.router`, and has no `_router` before its first route.
  return app._router ?? ('lazyrouter' in app ? undefined : (app.router as Router | undefined))
}

function errorHandlersOf(router: Router = {}): ErrorHandlers {
  const before = known.get(router)
  if (before !== undefined && isUpToDate(before)) return before
  const own = (router.stack ?? []).filter(isErrorHandler).map((layer) => ({ layer, within: [] }))
  const found: ErrorHandlers = { after: new Map(), own, all: new Set(), lengths: new Map() }
  collect(router, { found, around: [], within: [] })
  known.set(router, found)
  return found
}

function isUpToDate({ lengths }: ErrorHandlers): boolean {
  for (const [router, length] of lengths) if (router.stack?.length !== length) return false
  return true
}

interface Walk {
  readonly found: ErrorHandlers
  /** The error handlers that come after the router. */
  readonly around: readonly Mount[]
  /** The layers that lead to the router, outermost first. */
  readonly within: readonly PathLayer[]
}

/** Routers nest a few levels; one that contains itself ends here. */
const maxDepth = 16

/** Goes from the last layer to the first, as an error comes to those that are after its layer, then to those around. */
function collect(router: Router | undefined, { found, around, within }: Walk): void {
  if (router?.stack === undefined || within.length > maxDepth) return
  const isRoute = router.stack.some(isOfRoute)
  // Routes are too many to look at each time, and are complete when they are made.
  if (!isRoute) found.lengths.set(router, router.stack.length)
  let following = around
  for (const layer of router.stack.toReversed()) {
    const { handle, route } = layer
    if (isErrorHandler(layer)) {
      const mount = isRoute ? anywhere : { layer, within }
      found.all.add(mount)
      following = [mount, ...following]
      continue
    }
    const elsewhere = found.after.get(handle) ?? following
    found.after.set(handle, elsewhere === following ? following : [...new Set([...elsewhere, ...following])])
    collect(route ?? handle, { found, around: following, within: [...within, layer] })
  }
}

/** Express itself tells an error handler by its four parameters. */
function isErrorHandler({ handle }: Layer): boolean {
  return handle?.length === 4
}

/** The layers of a route have a method, if only `undefined`; Express does not ask them for the path. */
function isOfRoute(layer: Layer): boolean {
  return 'method' in layer
}

/** Of the handlers in a route; one for all, as there may be as many as routes. */
const anywhere: Mount = { layer: { match: () => true }, within: [] }
