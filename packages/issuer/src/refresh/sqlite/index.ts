export { sqliteRefreshStore, type SqliteRefreshStoreOptions } from './sqlite-refresh-store.ts'
