/** Whether an authorization server says that a refresh token is worth nothing (RFC 6749 §5.2), whosesoever error that is. */
export function isInvalidGrant(thrown: unknown): boolean {
  return typeof thrown === 'object' && thrown !== null && 'error' in thrown && thrown.error === 'invalid_grant'
}
