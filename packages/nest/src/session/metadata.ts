/** Where a login leads to. */
export const LOGIN_PATH = '@sallyport/nest/login-path'

/** What a logout answers with. */
export const LOGOUT_ANSWER = '@sallyport/nest/logout-answer'
