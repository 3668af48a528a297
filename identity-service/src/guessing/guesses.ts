import { createHash } from 'node:crypto'
import { tooManyGuesses } from './guesses.errors.ts'
import type { Counter, GuessesRepository } from './guesses.repository.ts'
import { networkOf } from './network-of.ts'

/**
 * What is guessed. Each kind counts by itself, so that guesses at a log-in do not lock out who is logged in:
 * `login` a password from outside, `proof` the own password given again by somebody logged in, `second_factor` a code,
 * `password_reset` no guess but a request for a mail, which is limited alike.
 */
export type GuessKind = 'login' | 'proof' | 'second_factor' | 'password_reset'

/** At whom and from where. `account`: a folded login name, whether anybody has it or not, or `user:17`. */
export type GuessTarget = { account: string | null; address: string | null }

/** A place that one attempt takes up. Unless given back, the attempt counts as failed. */
export type Place = {
  /** The guess was right: the account begins anew, and the address gets this one place back. */
  succeeded(): Promise<void>
  /** Nothing was guessed after all, such as when a code is still to come or nothing could be compared. */
  release(): Promise<void>
}

/**
 * Bounds guessing, over all replicas. An attempt takes its place before anything secret is compared:
 *
 *     const place = await guesses.take('proof', { account: `user:${id}`, address: actor.address })
 *     if (!(await isRight())) throw wrong()   // the place stays taken
 *     await place.succeeded()
 */
export type Guesses = {
  /** @throws AppError <kind>.rate_limited, with `retry-after`, while the account or the address has to wait */
  take(kind: GuessKind, target: GuessTarget): Promise<Place>
  /** The account begins anew, because it was proved otherwise. */
  clear(kind: GuessKind, accounts: readonly string[]): Promise<void>
}

/** Failures after which each further one costs a delay; 0 is off. */
export type GuessLimits = { account: number; address: number; firstDelayMs: number }

type Needs = {
  repository: GuessesRepository
  limits: GuessLimits
  /** Told of each attempt that had to wait. */
  refused(kind: GuessKind): void
}

const longestDelayMs = 15 * 60_000

export function createGuesses({ repository, limits, refused }: Needs): Guesses {
  const delayMs = (failures: number, limit: number) =>
    failures < limit ? 0 : Math.min(limits.firstDelayMs * 2 ** (failures - limit), longestDelayMs)

  return {
    async take(kind, { account, address }) {
      const ofAccount = counter(kind, 'account', account, limits.account)
      const ofAddress = counter(kind, 'address', address === null ? null : networkOf(address), limits.address)
      const waitMs = await repository.take([...ofAccount, ...ofAddress], delayMs)
      if (waitMs > 0) {
        refused(kind)
        throw tooManyGuesses[kind](Math.ceil(waitMs / 1000))
      }
      return {
        async succeeded() {
          await repository.clear(idsOf(ofAccount))
          await repository.giveBack(ofAddress)
        },
        release: () => repository.giveBack([...ofAccount, ...ofAddress]),
      }
    },
    clear: (kind, accounts) => repository.clear(accounts.map((account) => idOf(kind, 'account', account))),
  }
}

function counter(
  kind: GuessKind,
  of: 'account' | 'address',
  name: string | null,
  limit: number,
): [] | [Counter] {
  return name === null || limit === 0 ? [] : [{ id: idOf(kind, of, name), limit }]
}

/** A hash, because names have any length and the table should not list who was guessed at. */
function idOf(kind: GuessKind, of: 'account' | 'address', name: string): string {
  return createHash('sha256').update(`${kind}\n${of}\n${name}`).digest('hex')
}

function idsOf(counters: readonly Counter[]): string[] {
  return counters.map(({ id }) => id)
}
