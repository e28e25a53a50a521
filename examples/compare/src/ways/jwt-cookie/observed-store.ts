import type { RefreshTokenFamily, RefreshTokenStore } from '@sallyport/issuer'

/** A store whose rows can be looked at, as who steals a copy would. */
export interface ObservedStore extends RefreshTokenStore {
  rows(): Promise<readonly RefreshTokenFamily[]>
}

export function observe(store: RefreshTokenStore): ObservedStore {
  const ids: string[] = []
  return {
    ...store,
    insert: (family, nowMs) => {
      ids.push(family.id)
      return store.insert(family, nowMs)
    },
    rows: async () => (await Promise.all(ids.map((id) => store.find(id)))).filter((row) => row !== undefined),
  }
}
