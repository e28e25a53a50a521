import { IssuerConfigurationError, kindOf } from './configuration-error.ts'
import { importRecipient, type Recipient } from './encryption.ts'
import { isPublished, PublishedRecipients } from './published-recipient.ts'

/** Whom to encrypt for; the key may have to be looked for. */
export interface EncryptionTarget {
  /** @throws EncryptionKeyUnavailableError */
  find(): Recipient | Promise<Recipient>
}

/** Reads `encryptFor`. What is fetched is shared by all that one reader has read. */
export function targetReader(): (given: unknown, option: string) => EncryptionTarget {
  const published = new PublishedRecipients()
  return (given, option) => {
    if (isPublished(given)) return published.read(given, option)
    const recipient = importRecipient(given, option)
    return { find: () => recipient }
  }
}

/**
 * What the request says, or the API.
 *
 * @throws IssuerConfigurationError where both do: one of them would be without effect
 */
export function chooseTarget(
  asked: unknown,
  ofResource: EncryptionTarget | undefined,
  read: (given: unknown, option: string) => EncryptionTarget,
): EncryptionTarget | undefined {
  if (asked === undefined) return ofResource
  if (ofResource === undefined) return read(asked, 'encryptFor')
  throw new IssuerConfigurationError('encryptFor', kindOf(asked), 'nothing: resources says it of this API')
}
