export type { Form } from './form.ts'
export { type FormRequest, readFormRequest } from './form-request.ts'
