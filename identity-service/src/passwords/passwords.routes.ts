import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import Type from 'typebox'
import { actorOf } from '../audit/request-actor.ts'
import type { ChangePassword } from './change-password.ts'
import { ForgottenPassword, PasswordChange, PasswordReset } from './passwords.schemas.ts'
import type { RequestPasswordReset } from './request-password-reset.ts'
import type { ResetPassword } from './reset-password.ts'

type Needs = {
  authenticate: Authenticate
  changePassword: ChangePassword
  requestPasswordReset: RequestPasswordReset
  resetPassword: ResetPassword
}

const tags = ['Passwords']
const response = { 200: Envelope(Type.Null()) }

/** A new password: by somebody logged in, or by mail. */
export function registerPasswordRoutes(app: App, needs: Needs): void {
  const { authenticate, changePassword, requestPasswordReset, resetPassword } = needs

  app.post(
    '/api/v1/auth/password/change',
    {
      onRequest: authenticate,
      schema: {
        tags,
        security: [{ bearer: [] }],
        summary: 'Change the own password; all other sessions end',
        body: PasswordChange,
        response,
      },
    },
    async (request) => {
      const { current_password: current, new_password: renewed, otp = null } = request.body
      await changePassword(callerOf(request), { current, renewed, otp }, actorOf(request))
      return envelope(request, null)
    },
  )

  app.post(
    '/api/v1/auth/password/forgot',
    {
      schema: {
        tags,
        summary: 'Ask for a mail with a link for a new password',
        description: 'Answers alike whether anybody has that address or not.',
        body: ForgottenPassword,
        response,
      },
    },
    async (request) => {
      await requestPasswordReset(request.body.email, request.ip)
      return envelope(request, null)
    },
  )

  app.post(
    '/api/v1/auth/password/reset',
    {
      schema: {
        tags,
        summary: 'Set a new password by the token of the mail; all sessions end',
        body: PasswordReset,
        response,
      },
    },
    async (request) => {
      const { token, new_password: renewed } = request.body
      await resetPassword({ token, renewed }, actorOf(request))
      return envelope(request, null)
    },
  )
}
