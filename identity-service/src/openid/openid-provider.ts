/** What an ID token that was found good says of a person. */
export type ProvenIdentity = {
  issuer: string
  /** The person's number at the issuer, which never goes to somebody else. An e-mail can. */
  subject: string
  email: string | null
  emailVerified: boolean
  name: string
  lastName: string
}

/** Secrets of one authorization: `nonce` binds the ID token to it, `codeVerifier` the code (PKCE, RFC 7636). */
export type AuthorizationSecrets = { nonce: string; codeVerifier: string }

/** An OpenID provider. Whatever goes wrong there is logged, and told as an `OpenidRefusal` without details. */
export type OpenidProvider = {
  /** @returns where the browser is sent to */
  authorizationUrl(state: string, secrets: AuthorizationSecrets): Promise<string>
  /**
   * Exchanges the code that the browser brought back for an ID token, and checks it: signature, issuer, audience, nonce
   * and times (OpenID Connect Core 3.1.3.7).
   * @param query of the call-back, as it came
   */
  redeem(query: string, state: string, secrets: AuthorizationSecrets): Promise<ProvenIdentity>
}
