export { doctor, type DoctorOptions } from './command.ts'
