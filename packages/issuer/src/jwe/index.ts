export { encryptJwe, type JweAlgorithms } from './encrypt.ts'
