import { AppError } from '@werk/shared/errors/app-error'

/** By what was guessed; the argument is how long to wait, in seconds. */
export const tooManyGuesses = {
  login: (seconds: number) => new AppError('login.rate_limited', sentence(seconds), retryAfter(seconds)),
  proof: (seconds: number) => new AppError('proof.rate_limited', sentence(seconds), retryAfter(seconds)),
  second_factor: (seconds: number) =>
    new AppError('second_factor.rate_limited', sentence(seconds), retryAfter(seconds)),
  password_reset: (seconds: number) =>
    new AppError('password_reset.rate_limited', sentence(seconds), retryAfter(seconds)),
}

const sentence = (seconds: number) => `too many attempts, try again in ${seconds} s`
const retryAfter = (seconds: number) => ({ headers: { 'retry-after': String(seconds) } })
