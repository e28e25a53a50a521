import type { Adapter, AdapterPayload } from 'oidc-provider'

/** The database of the authorization server, as far as it lasts for the comparison. */
export class Artifacts {
  readonly #rows = new Map<string, AdapterPayload>()

  /** All that is in it. */
  get content(): readonly AdapterPayload[] {
    return [...this.#rows.values()]
  }

  /** What oidc-provider makes of each kind of artifact. */
  adapter(kind: string): Adapter {
    const rows = this.#rows
    const find = (is: (row: AdapterPayload) => boolean) => [...rows.values()].find(is)
    return {
      upsert: async (id, payload) => void rows.set(`${kind}:${id}`, payload),
      find: async (id) => rows.get(`${kind}:${id}`),
      findByUserCode: async (userCode) => find((row) => row.userCode === userCode),
      findByUid: async (uid) => find((row) => row.uid === uid),
      consume: async (id) => {
        const row = rows.get(`${kind}:${id}`)
        if (row !== undefined) row.consumed = Math.floor(Date.now() / 1000)
      },
      destroy: async (id) => void rows.delete(`${kind}:${id}`),
      revokeByGrantId: async (grantId) => {
        for (const [key, row] of rows) if (row.grantId === grantId) rows.delete(key)
      },
    }
  }
}
