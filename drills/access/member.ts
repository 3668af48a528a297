import { randomUUID } from 'node:crypto'
import { createPassword } from '../../scripts/database/private-database.ts'
import { numberAt, textAt } from './call.ts'
import { type Ask, noteFailure, type Tally } from './tally.ts'

export type Operation =
  | 'Werk log-in'
  | 'TixGo log-in'
  | 'WorkPulse log-in'
  | 'refresh'
  | 'refresh again'
  | 'GET /auth/me'
  | 'GET /api/v1/auth/me'
  | 'list'
  | 'create'
  | 'create again'

/** One person with an account, who holds tokens of all dialects. */
export type Member = {
  /** Never rejects. One log-in or refresh at a time: instead of a second one, tickets are listed. */
  act(operation: Operation): Promise<void>
  /** Logs in through every dialect and forgets all tokens from before. @throws when one fails */
  logInAnew(): Promise<void>
  /** of Werk, 24 hours, from the last time that all was new */
  longLived(): string
}

type Options = { name: string; ask: Ask; tally: Tally }

type Held = {
  /** from the last time that all was new: never replaced */
  kept: readonly string[]
  werk: string
  tixgo: string
  workpulse: string
  refresh: string
  /** that became `refresh` */
  usedRefresh: string | null
}
type Created = { key: string; body: object; id: number }

/** @throws when it cannot register or log in */
export async function createMember({ name, ask, tally }: Options): Promise<Member> {
  const email = `${name}@drill.invalid`
  const password = createPassword()
  const logIns = createLogIns(ask, email, password)
  await ask('register', 'identity', 201, {
    method: 'POST',
    path: '/api/auth/register',
    body: { name, lastname: 'Drill', email, password },
  })
  let held = await logIns.all()
  let created: Created | null = null
  let isSettling = false
  let turn = 0

  const token = () => {
    const tokens = [...held.kept, held.werk, held.tixgo, held.workpulse]
    turn += 1
    return tokens[turn % tokens.length] ?? held.werk
  }
  const get = (operation: Operation, service: 'identity' | 'tickets', path: string) =>
    ask(operation, service, 200, { method: 'GET', path, token: token() })
  const list = () => get('list', 'tickets', '/api/tickets')
  const alone = (work: () => Promise<unknown>) => async () => {
    if (isSettling) return list()
    isSettling = true
    return work().finally(() => {
      isSettling = false
    })
  }
  const hold = async (fresh: Promise<Partial<Held> | null>) => {
    const renewed = await fresh
    // What was held is read after the wait: meanwhile all may have been renewed.
    held = { ...held, ...renewed }
  }
  const post = (operation: Operation, key: string, body: object) =>
    ask(operation, 'tickets', 201, {
      method: 'POST',
      path: '/api/tickets',
      token: token(),
      body,
      headers: { 'idempotency-key': key },
    })
  const refresh = (operation: Operation, refresh_token: string) =>
    ask(operation, 'identity', 200, {
      method: 'POST',
      path: '/api/v1/auth/refresh',
      body: { refresh_token },
    })

  const acts: Record<Operation, () => Promise<unknown>> = {
    'Werk log-in': alone(() => hold(logIns.werk())),
    'TixGo log-in': alone(() => hold(logIns.tixgo())),
    'WorkPulse log-in': alone(() => hold(logIns.workpulse())),
    refresh: alone(async () => {
      const used = held.refresh
      const answer = await refresh('refresh', used)
      if (answer !== null) held = { ...held, ...granted(answer.body), usedRefresh: used }
    }),
    // As after a lost answer.
    'refresh again': alone(async () => {
      if (held.usedRefresh === null) return void (await list())
      const answer = await refresh('refresh again', held.usedRefresh)
      if (answer !== null && granted(answer.body).refresh !== held.refresh)
        throw new Error('another successor')
    }),
    'GET /auth/me': () => get('GET /auth/me', 'identity', '/auth/me'),
    'GET /api/v1/auth/me': () => get('GET /api/v1/auth/me', 'identity', '/api/v1/auth/me'),
    list,
    async create() {
      const key = randomUUID()
      const body = { title: `drill ${key}`, description: 'What it is about.' }
      const answer = await post('create', key, body)
      if (answer !== null) created = { key, body, id: numberAt(answer.body, 'id') }
    },
    async 'create again'() {
      if (created === null) return void (await list())
      const { key, body, id } = created
      const answer = await post('create again', key, body)
      if (answer !== null && numberAt(answer.body, 'id') !== id) throw new Error('another ticket')
    },
  }

  return {
    async act(operation) {
      await acts[operation]().catch((error) => noteFailure(tally, `${operation}: ${String(error)}`))
    },
    async logInAnew() {
      held = await logIns.all()
      created = null
    },
    longLived: () => held.kept[0] ?? held.werk,
  }
}

type Grant = Pick<Held, 'workpulse' | 'refresh'>

function granted(body: unknown): Grant {
  return { workpulse: textAt(body, 'data', 'access_token'), refresh: textAt(body, 'data', 'refresh_token') }
}

/** Each gives what is held then, or null when it failed, which is counted. */
function createLogIns(ask: Ask, email: string, password: string) {
  const post = (operation: Operation, path: string, name: object) =>
    ask(operation, 'identity', 200, { method: 'POST', path, body: { ...name, password } })
  const logIns = {
    async werk() {
      const answer = await post('Werk log-in', '/api/auth/login', { email })
      return answer && { werk: textAt(answer.body, 'token') }
    },
    async tixgo() {
      const answer = await post('TixGo log-in', '/auth/login', { username: email })
      return answer && { tixgo: textAt(answer.body, 'access_token') }
    },
    async workpulse() {
      const answer = await post('WorkPulse log-in', '/api/v1/auth/login', { email })
      return answer && { ...granted(answer.body), usedRefresh: null }
    },
  }
  return {
    ...logIns,
    async all(): Promise<Held> {
      const [werk, tixgo, workpulse] = [await logIns.werk(), await logIns.tixgo(), await logIns.workpulse()]
      if (werk === null || tixgo === null || workpulse === null) throw new Error(`${email} cannot log in`)
      return { ...werk, ...tixgo, ...workpulse, kept: [werk.werk, tixgo.tixgo] }
    },
  }
}
