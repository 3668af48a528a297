import { setTimeout as delay } from 'node:timers/promises'
import type { Member, Operation } from './member.ts'

export type Traffic = {
  sent(): number
  /** Resolves when all that was under way when it was called has its answer. */
  settled(): Promise<void>
  /** Nothing new; resolves, with the seconds that it took in all, when all has its answer. */
  stop(): Promise<number>
}

type Options = {
  members: readonly Member[]
  /** what each member does, over and over */
  operations: readonly Operation[]
  perSecond: number
  stopped: AbortSignal
}

/** What people do over both services: for the most part they look. */
export const everything: readonly Operation[] = [
  'GET /auth/me',
  'list',
  'create',
  'GET /api/v1/auth/me',
  'Werk log-in',
  'list',
  'refresh',
  'GET /auth/me',
  'create again',
  'list',
  'TixGo log-in',
  'GET /api/v1/auth/me',
  'list',
  'refresh again',
  'create',
  'GET /auth/me',
  'WorkPulse log-in',
  'list',
  'refresh',
  'GET /api/v1/auth/me',
]

export const ticketsAlone: readonly Operation[] = ['list', 'create', 'list', 'list']

/** Requests at a steady rate, however long each takes. The members are at different places of the round. */
export function startTraffic({ members, operations, perSecond, stopped }: Options): Traffic {
  const begin = performance.now()
  const pending = new Set<Promise<void>>()
  let sent = 0
  let isOver = false
  const settled = async () => {
    await Promise.all(pending)
  }
  const run = async () => {
    for (; !isOver && !stopped.aborted; sent++) {
      const wait = begin + (sent * 1000) / perSecond - performance.now()
      if (wait > 1) await delay(wait)
      const number = sent % members.length
      const turn = Math.floor(sent / members.length) + number * 3
      const operation = operations[turn % operations.length]
      const member = members[number]
      if (operation === undefined || member === undefined) continue
      const acting = member.act(operation)
      pending.add(acting)
      void acting.then(() => pending.delete(acting))
    }
  }
  const running = run()
  return {
    sent: () => sent,
    settled,
    async stop() {
      isOver = true
      await running
      await settled()
      return (performance.now() - begin) / 1000
    },
  }
}
