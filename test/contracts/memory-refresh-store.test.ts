import { memoryRefreshStore } from '@sallyport/issuer'
import { describeRefreshTokenStore } from './refresh-token-store.ts'

describeRefreshTokenStore('memoryRefreshStore', async () => ({ store: memoryRefreshStore() }))
