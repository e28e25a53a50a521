import { IssuerConfigurationError, kindOf, quoted } from '../../configuration-error.ts'
import { askStore } from '../../store-deadline.ts'
import { type CheckedClient, checkClient } from './checked-client.ts'
import type { TokenClient } from './token-client.ts'

/** Finds a client by id. */
export type FindClient = (id: string) => Promise<CheckedClient | undefined>

/** Longest id that is looked up: longer ones are nobody's. */
const maxIdLength = 512

/**
 * Makes the option `clients` into one function.
 *
 * @throws IssuerConfigurationError
 */
export function clientRegistry(clients: unknown, timeoutMs: number): FindClient {
  const find = Array.isArray(clients) ? registryOfList(clients) : registryOfFunction(clients, timeoutMs)
  return async (id) => (id.length > maxIdLength ? undefined : find(id))
}

function registryOfList(clients: readonly unknown[]): FindClient {
  const known = new Map<string, CheckedClient>()
  for (const [index, one] of clients.entries()) {
    const client = checkClient(one, `clients[${index}]`)
    if (known.has(client.id)) {
      throw new IssuerConfigurationError(`clients[${index}].id`, quoted(client.id), 'an id that no other client has')
    }
    known.set(client.id, client)
  }
  return async (id) => known.get(id)
}

function registryOfFunction(clients: unknown, timeoutMs: number): FindClient {
  if (typeof clients !== 'function') {
    throw new IssuerConfigurationError('clients', kindOf(clients), 'an array of clients, or a function that finds one')
  }
  const find = clients as (id: string) => TokenClient | undefined | Promise<TokenClient | undefined>
  const checked = new WeakMap<object, CheckedClient>()
  return async (id) => {
    const found = await askStore(async () => find(id), timeoutMs)
    if (found === undefined || found === null) return undefined
    const client = checked.get(found) ?? checkClient(found, 'client')
    checked.set(found, client)
    // A database that compares without case or accents is no authority over who somebody is.
    return client.id === id ? client : undefined
  }
}
