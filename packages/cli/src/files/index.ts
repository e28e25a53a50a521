export { isPrivate, readJwkFile } from './jwk-file.ts'
export { readKeyFile } from './key-file.ts'
export { writePrivateFile } from './write-file.ts'
