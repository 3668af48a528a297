import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Directory } from '@werk/shared/auth/directory'
import type { Account } from '../accounts/account.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import type { Config } from '../config.ts'
import type { Database } from '../infrastructure/database.ts'
import { createOpenidProvider, type OpenidSettings } from '../infrastructure/openid-provider.ts'
import { createOneTimeTokens } from '../one-time-tokens/one-time-tokens.repository.ts'
import { createAccountOfIdentity } from '../openid/account-of-identity.ts'
import { createBeginAuthorization } from '../openid/begin-authorization.ts'
import { createExternalIdentities } from '../openid/external-identities.repository.ts'
import { createFinishAuthorization } from '../openid/finish-authorization.ts'
import { registerOpenidRoutes } from '../openid/openid.routes.ts'
import { createRedeemOpenidCode } from '../openid/redeem-openid-code.ts'
import { createUnlinkIdentity } from '../openid/unlink-identity.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import type { CheckSecondFactor } from '../second-factors/check-second-factor.ts'
import type { EndReplaced } from '../sessions/end-replaced.wire.ts'
import type { SendGrant } from '../sessions/grant.wire.ts'
import type { GrantSession } from '../sessions/grant-session.ts'
import type { Clock } from '../sessions/open-session.ts'
import type { TenantsRepository } from '../tenants/tenants.repository.ts'

type Parts = {
  app: App
  config: Config
  database: Database
  accounts: AccountsRepository
  tenants: TenantsRepository
  invgateUsers: { readonly jobKind: string; ensure(account: Account): Promise<Account> }
  directory: Directory
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  checkSecondFactor: CheckSecondFactor
  requireRecentProof: RequireRecentProof
  grantSession: GrantSession
  sendGrant: SendGrant
  endReplaced: EndReplaced
  clock: Clock
}

/** Log-in through an OpenID provider. Without one its routes answer 503; the provider itself is not asked before the first log-in. */
export function composeOpenid(parts: Parts): void {
  const { app, config, database, clock } = parts
  const oneTimeTokens = createOneTimeTokens(database, clock)
  const identities = createExternalIdentities(database, clock)
  registerOpenidRoutes(app, {
    ...parts,
    openid: composeAuthorization({ ...parts, oneTimeTokens, identities }),
    redeemOpenidCode: createRedeemOpenidCode({ ...parts, oneTimeTokens }),
    unlinkIdentity: createUnlinkIdentity({ identities }),
  })
  const lacking = lackingSettings(config)
  if (config.OIDC_CLIENT_ID !== undefined && lacking.length > 0)
    app.log.warn({ lacking }, 'log-in through an OpenID provider is off, because settings are missing')
}

type AuthorizationParts = Parts & {
  oneTimeTokens: ReturnType<typeof createOneTimeTokens>
  identities: ReturnType<typeof createExternalIdentities>
}

function composeAuthorization(parts: AuthorizationParts) {
  const { app, config } = parts
  const [defaultReturnUrl] = config.OIDC_RETURN_URLS
  const settings = openidSettings(config)
  if (settings === null || defaultReturnUrl === undefined) return null
  const provider = createOpenidProvider(settings, app.log)
  const selfRegistrationRoles = config.SELF_REGISTRATION_ROLES
  const accountOfIdentity = createAccountOfIdentity({ ...parts, selfRegistrationRoles })
  const returnUrls = config.OIDC_RETURN_URLS
  return {
    beginAuthorization: createBeginAuthorization({ ...parts, provider, returnUrls }),
    finishAuthorization: createFinishAuthorization({
      ...parts,
      provider,
      accountOfIdentity,
      defaultReturnUrl,
    }),
    defaultReturnUrl,
  }
}

function openidSettings(config: Config): OpenidSettings | null {
  const { OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = config
  if (clientId === undefined || clientSecret === undefined || publicUrl === undefined) return null
  return {
    issuer: config.OIDC_ISSUER,
    clientId,
    clientSecret,
    scopes: config.OIDC_SCOPES,
    redirectUri: `${publicUrl.replace(/\/+$/, '')}/api/v1/auth/google/callback`,
    timeoutMs: config.OIDC_TIMEOUT_MS,
  }
}

function lackingSettings(config: Config): string[] {
  const single = ['OIDC_CLIENT_SECRET', 'PUBLIC_URL'] as const
  const lacking: string[] = single.filter((name) => config[name] === undefined)
  return config.OIDC_RETURN_URLS.length === 0 ? [...lacking, 'OIDC_RETURN_URLS'] : lacking
}
