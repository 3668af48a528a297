import assert from 'node:assert/strict'
import { generateSync } from 'otplib'
import { authorization, post } from './calls.ts'
import type { IdentityService } from './identity-service.ts'

type App = IdentityService['app']
type Clock = { now(): Date }

export const secondFactorSecret = 'a secret for second factors, of 32 bytes or more'
export const factorPath = '/api/v1/auth/second-factor'

const stepSeconds = 30
const stepOf = (clock: Clock) => Math.floor(clock.now().getTime() / 1000 / stepSeconds)

/** What the authenticator app shows in the clock's time step, or so many steps later. */
export const codeOf = (secret: string, clock: Clock, steps = 0): string =>
  generateSync({ secret, epoch: (stepOf(clock) + steps) * stepSeconds })

/** Six digits that no step near is of. */
export function wrongCode(secret: string, clock: Clock): string {
  const right = [-2, -1, 0, 1, 2].map((steps) => codeOf(secret, clock, steps))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !right.includes(code),
  ) as string
}

export async function enrolled(app: App, token: string): Promise<string> {
  const answer = await post(app, factorPath, {}, authorization(token))
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().data.secret
}

export const confirm = (app: App, token: string, otp: string) =>
  post(app, `${factorPath}/confirm`, { otp }, authorization(token))

/** Puts a second factor in force, by the code of the step before, so that the present one is still to be used. */
export async function secured(app: App, token: string, clock: Clock) {
  const secret = await enrolled(app, token)
  const answer = await confirm(app, token, codeOf(secret, clock, -1))
  assert.equal(answer.statusCode, 200, answer.body)
  const recoveryCodes: string[] = answer.json().data.recovery_codes
  return { secret, recoveryCodes, code: (steps = 0) => codeOf(secret, clock, steps) }
}

export const prove = (app: App, token: string, proof: { password: string; otp?: string }) =>
  post(app, '/api/v1/auth/prove', proof, authorization(token))
