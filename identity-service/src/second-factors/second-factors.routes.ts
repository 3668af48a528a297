import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import type { GetOwnAccount } from '../accounts/get-own-account.ts'
import { actorOf } from '../audit/request-actor.ts'
import type { RequireRecentProof } from '../proofs/require-recent-proof.ts'
import type { ConfirmSecondFactor } from './confirm-second-factor.ts'
import type { EnrolSecondFactor } from './enrol-second-factor.ts'
import type { ReadSecondFactor } from './read-second-factor.ts'
import type { RemoveSecondFactor } from './remove-second-factor.ts'
import type { RenewRecoveryCodes } from './renew-recovery-codes.ts'
import {
  RecoveryCodes,
  SecondFactorConfirmation,
  SecondFactorEnrolment,
  SecondFactorState,
} from './second-factors.schemas.ts'

type Needs = {
  authenticate: Authenticate
  getOwnAccount: GetOwnAccount
  requireRecentProof: RequireRecentProof
  readSecondFactor: ReadSecondFactor
  enrolSecondFactor: EnrolSecondFactor
  confirmSecondFactor: ConfirmSecondFactor
  renewRecoveryCodes: RenewRecoveryCodes
  removeSecondFactor: RemoveSecondFactor
}

const path = '/api/v1/auth/second-factor'

/** The caller's own second factor. What changes it wants a recent proof; the confirmation is one by itself. */
export function registerSecondFactorRoutes(app: App, needs: Needs): void {
  const { authenticate: onRequest, getOwnAccount, requireRecentProof } = needs
  const common = { tags: ['Second factor'], security: [{ bearer: [] }] }

  app.get(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Is it in force, and how many recovery codes are left',
        response: { 200: Envelope(SecondFactorState) },
      },
    },
    async (request) => {
      const { id } = await getOwnAccount(callerOf(request))
      const { active, recoveryCodesLeft } = await needs.readSecondFactor(id)
      return envelope(request, { active, recovery_codes_left: recoveryCodesLeft })
    },
  )

  app.post(
    path,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Begin with an authenticator app',
        response: { 200: Envelope(SecondFactorEnrolment) },
      },
    },
    async (request) => {
      const account = await getOwnAccount(callerOf(request))
      await requireRecentProof(callerOf(request))
      const { secret, otpauthUri, qrSvg } = await needs.enrolSecondFactor(account, actorOf(request))
      const data = { secret, otpauth_uri: otpauthUri, qr_svg: qrSvg }
      return envelope(request, data, { message: 'confirm it by a code that the app shows' })
    },
  )

  app.post(
    `${path}/confirm`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'Put it in force, by a code of the app',
        body: SecondFactorConfirmation,
        response: { 200: Envelope(RecoveryCodes) },
      },
    },
    async (request) => {
      const account = await getOwnAccount(callerOf(request))
      const codes = await needs.confirmSecondFactor(account, request.body.otp, actorOf(request))
      const message = 'the second factor is in force; keep the recovery codes, they are not shown again'
      return envelope(request, { recovery_codes: codes }, { message })
    },
  )

  app.post(
    `${path}/recovery-codes`,
    {
      onRequest,
      schema: {
        ...common,
        summary: 'New recovery codes in place of the earlier ones',
        response: { 200: Envelope(RecoveryCodes) },
      },
    },
    async (request) => {
      const account = await getOwnAccount(callerOf(request))
      await requireRecentProof(callerOf(request))
      const codes = await needs.renewRecoveryCodes(account, actorOf(request))
      const message = 'keep the recovery codes, they are not shown again'
      return envelope(request, { recovery_codes: codes }, { message })
    },
  )

  app.delete(
    path,
    {
      onRequest,
      schema: { ...common, summary: 'Do without it', response: { 200: Envelope(Type.Null()) } },
    },
    async (request) => {
      const account = await getOwnAccount(callerOf(request))
      await requireRecentProof(callerOf(request))
      await needs.removeSecondFactor(account, actorOf(request))
      return envelope(request, null, { message: 'the second factor is removed' })
    },
  )
}
