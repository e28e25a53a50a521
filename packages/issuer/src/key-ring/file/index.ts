export { fileKeyStorage, type FileKeyStorageOptions } from './file-key-storage.ts'
export type { KeyFileSecret } from './sealed-keys.ts'
