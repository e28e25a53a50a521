export { Login, type LoginDecoratorOptions, Logout, type LogoutDecoratorOptions, Refresh } from './decorators.ts'
export { RefreshToken } from './refresh-token.ts'
