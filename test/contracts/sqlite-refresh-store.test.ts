import { join } from 'node:path'
import { sqliteRefreshStore } from '@sallyport/issuer'
import { makeTemporaryDirectory, removeDirectory } from '../checks/temporary-directory.ts'
import { describeRefreshTokenStore } from './refresh-token-store.ts'

describeRefreshTokenStore('sqliteRefreshStore', async () => {
  const directory = makeTemporaryDirectory({})
  const path = join(directory, 'refresh.db')
  return {
    store: sqliteRefreshStore({ path }),
    connect: async () => sqliteRefreshStore({ path }),
    dispose: async () => removeDirectory(directory),
  }
})
