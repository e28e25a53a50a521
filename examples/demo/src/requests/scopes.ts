/** All scopes of the API, as a token request has them. */
export const scopes = 'reports:read vault:open'
