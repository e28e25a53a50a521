import type { Attack } from '../attack.ts'
import { algorithmConfusion } from './algorithm-confusion.ts'
import { algorithmNone } from './algorithm-none.ts'
import { audiences } from './audiences.ts'
import { bothDoors } from './both-doors.ts'
import { cachedVerdicts } from './cached-verdicts.ts'
import { challenges } from './challenges.ts'
import { claims } from './claims.ts'
import { cookies } from './cookies.ts'
import { credentials } from './credentials.ts'
import { embeddedKeys } from './embedded-keys.ts'
import { crossSite } from './cross-site.ts'
import { encryptedContents } from './encrypted-contents.ts'
import { encryptedHeaders } from './encrypted-headers.ts'
import { encryptedKeys } from './encrypted-keys.ts'
import { encryptedParts } from './encrypted-parts.ts'
import { ephemeralKeyAttacks } from './ephemeral-keys.ts'
import { headerForms } from './header-forms.ts'
import { issuers } from './issuers.ts'
import { keyIds } from './key-ids.ts'
import { lookAlikes } from './look-alikes.ts'
import { serialization } from './serialization.ts'
import { secondSignatures, signatures } from './signatures.ts'
import { times } from './times.ts'
import { weakKeys } from './weak-keys.ts'
import { workBombs } from './work-bombs.ts'
import { wire } from './wire.ts'

export { misconfigurations } from './configurations.ts'

/** The catalogue, by what is attacked. */
export const catalogue: Readonly<Record<string, readonly Attack[]>> = {
  'algorithm none': algorithmNone,
  'algorithm confusion': algorithmConfusion,
  'embedded keys': embeddedKeys,
  'key ids': keyIds,
  'header forms': headerForms,
  serialization,
  signatures,
  'second signatures': secondSignatures,
  'weak keys': weakKeys,
  'look-alike tokens': lookAlikes,
  issuers,
  audiences,
  times,
  claims,
  'cached verdicts': cachedVerdicts,
  'both doors': bothDoors,
  'encrypted contents': encryptedContents,
  'encrypted headers': encryptedHeaders,
  'encrypted keys': encryptedKeys,
  'encrypted parts': encryptedParts,
  'ephemeral keys': ephemeralKeyAttacks,
  'work bombs': workBombs,
  credentials,
  cookies,
  'cross-site requests': crossSite,
  'HTTP itself': wire,
  challenges,
}
