import type { KeyManagementEntry } from './key-management-entry.ts'

/** Direct use of a shared secret as the content encryption key (RFC 7518 §4.5). */
export const direct: KeyManagementEntry<void> = {
  keyTypes: ['oct'],
  secretLength: undefined,
  encryptedKeyLength: () => 0,
  readParameters: () => {},
  prepare: (key) => {
    const secret = key.export()
    return {
      suits: ({ contentKeyLength }) => secret.length === contentKeyLength,
      unwrap: () => secret,
    }
  },
}
