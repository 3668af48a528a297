import type { IDToken, UserInfoResponse } from 'openid-client'
import type { ProvenIdentity } from '../openid/openid-provider.ts'

/** Characters: the width of the columns. */
const longestName = 100
const longestIssuerOrSubject = 255

/**
 * The person that a good ID token names.
 * @param profile the ID token, or what the provider's userinfo endpoint said of the same subject
 * @throws Error where issuer or subject are longer than OpenID Connect allows
 */
export function readIdentity({ iss, sub }: IDToken, profile: IDToken | UserInfoResponse): ProvenIdentity {
  if (iss.length > longestIssuerOrSubject || sub.length > longestIssuerOrSubject)
    throw new Error('issuer or subject is longer than 255 characters')
  const { email, email_verified, name, given_name, family_name } = profile
  const givenName = toName(given_name)
  return {
    issuer: iss,
    subject: sub,
    email: typeof email === 'string' && email.isWellFormed() ? email : null,
    // Some providers send the text "true"; only what the standard asks for counts.
    emailVerified: email_verified === true,
    name: givenName === '' ? toName(name) : givenName,
    lastName: givenName === '' ? '' : toName(family_name),
  }
}

function toName(claim: unknown): string {
  if (typeof claim !== 'string') return ''
  return [...claim.toWellFormed().trim()].slice(0, longestName).join('')
}
