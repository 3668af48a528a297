import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { signToken } from '@werk/shared/test-kit/sign-token'
import type { Replica } from '../world/replica.ts'
import type { Answer, Attempt, Dialect, Ledger } from './ledger.ts'
import type { Rotation } from './rotation.ts'
import { type Outgoing, type SlowUpload, sendRequest } from './send-request.ts'

export type Wish = {
  isKeyed: boolean
  withFile: boolean
  /** asked first; without one, whose turn it is */
  replica?: Replica
  upload?: SlowUpload
}

/** One person who raises tickets. */
export type Client = {
  /**
   * Sends a ticket: once without an Idempotency-Key; with one again and again, with the same key, while it is told to
   * or not told anything, until it is created or the patience ends. A replica that refuses the connection
   * has seen nothing of it, so the other one is asked, once. Nothing leaves before the caller awaits something; `done`
   * never rejects.
   */
  raise(wish: Wish): { attempt: Attempt; done: Promise<Attempt> }
}

type ClientOptions = {
  number: number
  jwtSecret: string
  dialect: Dialect
  ledger: Ledger
  rotation: Rotation
  patienceMs: number
  /** ends every request and every wait for the next: what the client was told until then stands */
  stopped: AbortSignal
}

const paths = { werk: '/api/tickets', tickets: '/tickets' } as const satisfies Record<Dialect, string>
const pauseMs = 250

/** @param options.number InvGate knows each person by a number of their own */
export function createClient(options: ClientOptions): Client {
  const { number, jwtSecret, dialect, ledger, rotation, patienceMs, stopped } = options
  const authorization = `Bearer ${signToken(claimsOf(number), { secret: jwtSecret })}`

  /** Until it is answered for good, or the patience ends. */
  const persist = async (
    attempt: Attempt,
    first: Replica,
    send: (to: Replica) => Promise<Answer>,
  ): Promise<Answer> => {
    const end = Date.now() + patienceMs
    for (let to = first; ; to = rotation.after(to)) {
      const answer = await send(to)
      if (!attempt.isKeyed || !mayRepeat(answer) || Date.now() > end || stopped.aborted) return answer
      const waitMs = Math.min(answer.retryAfterMs ?? pauseMs, 1000)
      await delay(waitMs, undefined, { signal: stopped }).catch(() => {})
    }
  }

  return {
    raise({ isKeyed, withFile: mayHaveFile, replica = rotation.next(), upload }) {
      const withFile = mayHaveFile && dialect === 'werk'
      const file = withFile ? randomBytes(2000 + (number % 7) * 1000) : null
      const fileSha256 = file === null ? null : createHash('sha256').update(file).digest('hex')
      const attempt = ledger.open({ isKeyed, dialect, fileSha256 })

      const send = async (
        to: Replica,
        path: string,
        outgoing: Outgoing,
        slow?: SlowUpload,
      ): Promise<Answer> => {
        const headers = {
          ...outgoing.headers,
          authorization,
          ...(isKeyed && { 'idempotency-key': keyOf(path) }),
        }
        const sending = { ...outgoing, headers, stopped, ...(slow && { upload: slow }) }
        const answer =
          (await sendRequest({ ...sending, url: `${to.url}${path}` })) ??
          (await sendRequest({ ...sending, url: `${rotation.after(to).url}${path}` }))
        return answer ?? { status: null, id: null, detail: 'ECONNREFUSED', retryAfterMs: null }
      }
      const keys = new Map<string, string>()
      const keyOf = (path: string): string => {
        const key = keys.get(path) ?? randomUUID()
        keys.set(path, key)
        return key
      }
      const reply = async (ticketId: string) => {
        attempt.isReplied = false
        const path = `${paths.tickets}/${ticketId}/replies`
        const outgoing = json({ message: attempt.title })
        const answer = await persist(attempt, rotation.next(), (to) => send(to, path, outgoing))
        attempt.isReplied = answer.status === 201
      }
      const raise = async () => {
        const outgoing = await compose(attempt.title, file, dialect)
        const last = await persist(attempt, replica, async (to) => {
          const answer = await send(to, paths[dialect], outgoing, upload)
          attempt.answers.push(answer)
          return answer
        })
        if (last.status === 201 && last.ticketId !== undefined) await reply(last.ticketId)
        return attempt
      }
      return { attempt, done: raise() }
    },
  }
}

function mayRepeat({ status }: Answer): boolean {
  return status === null || status >= 500 || status === 409 || status === 429
}

function claimsOf(number: number) {
  const sub = `drill-${number}@drill.invalid`
  return {
    sub,
    email: sub,
    uid: number,
    tenant_id: 1,
    role: 'user',
    name: 'Drill',
    invgate_id: 10_000 + number,
    exp: Math.floor(Date.now() / 1000) + 4 * 3600,
  }
}

/** JSON, or a form with a file. */
async function compose(title: string, file: Buffer | null, dialect: Dialect): Promise<Outgoing> {
  const fields = { title, description: `What ${title} is about.` }
  if (dialect === 'tickets') return json({ ...fields, category: 'technical', priority: 'high' })
  if (file === null) return json(fields)
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('attachments[]', new Blob([new Uint8Array(file)], { type: 'image/png' }), 'screen.png')
  const encoded = new Response(form)
  return {
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: Buffer.from(await encoded.arrayBuffer()),
  }
}

function json(fields: object): Outgoing {
  return { headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(fields)) }
}
