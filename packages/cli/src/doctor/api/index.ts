export { examineApi } from './examine.ts'
