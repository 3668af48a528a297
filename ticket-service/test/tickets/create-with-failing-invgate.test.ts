import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Fault } from '@werk/invgate-sandbox/control'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { eventually } from '../kit/eventually.ts'
import { filesBelow } from '../kit/folder.ts'
import { file, form } from '../kit/multipart.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const timeoutMs = 400
const unreadable = 'armmada error: InvGate gave an answer that cannot be understood'
const unreachable = 'armmada error: InvGate cannot be reached'
const broken = 'armmada error: The connection to InvGate broke'
const late = 'context deadline exceeded'
const html: Fault = { type: 'html', status: 200 }

/** What strikes, and what is answered. After these it is certain that InvGate did nothing. */
const refusals: [name: string, fault: Fault, error: string][] = [
  [
    '428 for a parameter',
    { type: 'status', status: 428, body: { error: 'category_id is invalid', status: 428 } },
    'armmada error: category_id is invalid',
  ],
  [
    '429',
    { type: 'status', status: 429, body: { error: 'Too many requests', status: 429 } },
    'armmada error: Too many requests',
  ],
  [
    '401',
    { type: 'status', status: 401, body: { error: 'Invalid credentials', status: 401 } },
    'armmada error: Invalid credentials',
  ],
]

/** InvGate says that it did nothing: so many incidents it has in truth. */
const denials: [name: string, fault: Fault, incidents: 0 | 1][] = [
  ['200 with status ERROR', { type: 'error_status', info: 'The category does not exist' }, 0],
  [
    '200 with status ERROR after the incident was created',
    { type: 'error_status', info: 'The category does not exist', when: 'after' },
    1,
  ],
]

/** After these InvGate may have the incident: so many it has in truth. */
const doubts: [name: string, fault: Fault, error: string, incidents: 0 | 1][] = [
  [
    '500 with a message',
    { type: 'status', status: 500, body: { error: 'The database is gone', status: 500 } },
    'armmada error: The database is gone',
    0,
  ],
  [
    '500 with text',
    { type: 'status', status: 500, body: 'Oops' },
    'armmada error: InvGate is not available',
    0,
  ],
  ['503 with HTML', { type: 'html', status: 503 }, 'armmada error: InvGate is not available', 0],
  ['200 with HTML', html, unreadable, 0],
  ['200 with HTML after the incident was created', { ...html, when: 'after' }, unreadable, 1],
  ['an empty object', { type: 'status', status: 200, body: {} }, unreadable, 0],
  ['a truncated answer', { type: 'truncate' }, unreadable, 1],
  ['a reset before the incident is created', { type: 'reset' }, broken, 0],
  ['a reset after the incident was created', { type: 'reset', when: 'after' }, broken, 1],
  ['no answer', { type: 'hang' }, late, 0],
  ['no answer after the incident was created', { type: 'hang', when: 'after' }, late, 1],
  ['an answer that is late', { type: 'latency', ms: 3 * timeoutMs }, late, 1],
]

describe('creating a ticket while InvGate fails', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ ARMMADA_TIMEOUT_MS: String(timeoutMs) })
  })
  const reset = async () => {
    await s.sandbox.control.reset()
    await sql(s.database, 'DELETE FROM ticket_intents')
    await rm(join(s.config.UPLOAD_DIR, 'staging'), { recursive: true, force: true })
  }
  beforeEach(reset)
  after(() => s.close())

  const caller = bearer({ sub: 'mara@example.com', invgate_id: 77 })
  const postJson = () =>
    s.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: caller,
      payload: { title: 'a', description: 'b' },
    })
  const postForm = () => {
    const { headers, payload } = form(
      { name: 'title', content: 'a' },
      { name: 'description', content: 'b' },
      file('a.txt', 'content'),
    )
    return s.app.inject({ method: 'POST', url: '/api/tickets', headers: { ...caller, ...headers }, payload })
  }
  type Answer = Awaited<ReturnType<typeof postForm>>

  const assertFailed = async (answer: Answer, error: string) => {
    assert.equal(answer.statusCode, 502, answer.body)
    assert.equal(answer.json().error, error)
    assert.equal(answer.json().message, error)
    assert.equal(answer.json().errors, null)
    assert.deepEqual(await sql(s.database, 'SELECT id FROM tickets'), [], 'no row')
  }
  const states = async () =>
    (await sql(s.database, 'SELECT state FROM ticket_intents')).map(({ state }) => state)
  const assertNothingIsLeft = async () => {
    assert.deepEqual(await states(), [], 'no intent')
    assert.deepEqual(await filesBelow(s.folder), [], 'no file')
  }
  const assertSentOnce = async () => {
    const posts = (await s.sandbox.control.requests()).filter(({ method }) => method === 'POST')
    assert.equal(posts.length, 1)
  }

  for (const [what, fault, error] of refusals) {
    it(`${what} → 502 \`${error}\`: no row, no intent, no file, no incident, and it is not sent again`, async () => {
      for (const post of [postForm, postJson]) {
        await reset()
        await s.sandbox.control.setFaults([{ route: 'POST incidents', fault }])
        await assertFailed(await post(), error)
        await assertNothingIsLeft()
        await assertSentOnce()
        assert.deepEqual(await s.sandbox.control.incidents(), [])
      }
    })
  }

  for (const [what, fault, error, expected] of doubts) {
    it(`${what} → 502 \`${error}\`: no row, the intent in doubt with its file, one POST and ${expected || 'no'} incident`, async () => {
      for (const [post, files] of [
        [postForm, 1],
        [postJson, 0],
      ] as const) {
        await reset()
        await s.sandbox.control.setFaults([{ route: 'POST incidents', fault }])
        const started = performance.now()
        await assertFailed(await post(), error)
        assert.ok(performance.now() - started < timeoutMs + 1500, 'answered in time')
        assert.deepEqual(await states(), ['in_doubt'])
        assert.equal((await filesBelow(join(s.config.UPLOAD_DIR, 'staging'))).length, files)
        assert.equal((await filesBelow(s.folder)).length, files)
        await assertSentOnce()
        const hasIncidents = async () => assert.equal((await s.sandbox.control.incidents()).length, expected)
        if (fault.type !== 'latency') await hasIncidents()
        // It must not come among those of the next test. A form whose sender is gone does not come at all.
        else if (post === postJson) await eventually(hasIncidents)
      }
    })
  }

  for (const [what, fault, expected] of denials) {
    it(`${what} → 502 at once: no row, the intent refused with its file, not due before the window is over, one POST`, async () => {
      for (const [post, files] of [
        [postForm, 1],
        [postJson, 0],
      ] as const) {
        await reset()
        await s.sandbox.control.setFaults([{ route: 'POST incidents', fault }])
        await assertFailed(await post(), 'armmada error: The category does not exist')
        const settleSeconds = s.config.IN_DOUBT_SETTLE_MS / 1000
        const [intent] = await sql(
          s.database,
          `SELECT state, last_error, TIMESTAMPDIFF(SECOND, sent_at, available_at) >= ${settleSeconds} AS later FROM ticket_intents`,
        )
        assert.deepEqual(
          [intent?.state, intent?.last_error, intent?.later],
          ['refused', 'The category does not exist', 1],
        )
        assert.equal((await filesBelow(s.folder)).length, files)
        await assertSentOnce()
        assert.equal((await s.sandbox.control.incidents()).length, expected)
      }
    })
  }

  it('InvGate not answering who the caller is → 502, nothing is created', async () => {
    await s.sandbox.control.setFaults([{ route: 'GET user.by', fault: { type: 'hang' } }])
    const answer = await s.app.inject({
      method: 'POST',
      url: '/api/tickets',
      headers: bearer({ sub: 'nobody@example.com' }),
      payload: { title: 'a', description: 'b' },
    })
    await assertFailed(answer, late)
    await assertNothingIsLeft()
    assert.deepEqual(await s.sandbox.control.incidents(), [])
  })

  it('what InvGate says comes without addresses, credentials and markup', async () => {
    const { username, password, origin } = s.sandbox
    const info = `<b>Failed</b> at ${origin}/api/v1/incidents for ${btoa(`${username}:${password}`)}`
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'error_status', info } }])
    const { error } = (await postJson()).json()
    assert.match(error, /^armmada error: Failed at … for …$/)
  })

  it('the next create after a failure answers 201', async () => {
    await s.sandbox.control.setFaults([{ route: 'POST incidents', fault: { type: 'reset' }, times: 1 }])
    assert.equal((await postForm()).statusCode, 502)
    const answer = await postForm()
    assert.equal(answer.statusCode, 201)
    assert.equal((await s.sandbox.control.incidents()).length, 1)
  })
})

describe('creating a ticket while InvGate is not there at all', () => {
  it('→ 502, no row, no intent, no file', async () => {
    const s = await startTicketService({ ARMMADA_BASE_URL: 'http://127.0.0.1:1/api/v1/' })
    try {
      const { headers, payload } = form(
        { name: 'title', content: 'a' },
        { name: 'description', content: 'b' },
        file('a.txt', 'content'),
      )
      const caller = bearer({ sub: 'mara@example.com', invgate_id: 77 })
      const answer = await s.app.inject({
        method: 'POST',
        url: '/api/v1/tickets',
        headers: { ...caller, ...headers },
        payload,
      })
      assert.equal(answer.statusCode, 502)
      assert.equal(answer.json().error, unreachable)
      assert.deepEqual(await filesBelow(s.folder), [])
      assert.deepEqual(
        await sql(s.database, 'SELECT id FROM tickets UNION SELECT id FROM ticket_intents'),
        [],
      )
    } finally {
      await s.close()
    }
  })
})
