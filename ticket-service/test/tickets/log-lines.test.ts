import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { file, form } from '../kit/multipart.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const secretOfTheFile = 'the-content-of-the-file-is-nobodys-business'

describe('what is logged about tickets', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService(
      {
        LOG_LEVEL: 'trace',
        ARMMADA_TIMEOUT_MS: '1000',
        MIRROR_FRESH_MS: '0',
        MIRROR_REFRESH_TIMEOUT_MS: '200',
      },
      { username: 'the-api-user', password: 'the-api-password' },
    )
  })
  after(() => s.close())

  it('has no token, no credentials and no file in it, whether all goes well or not; and every answer has its request id', async () => {
    const caller = bearer({ sub: 'mara@example.com', invgate_id: 5 })
    const { headers, payload } = form(
      { name: 'title', content: 'a' },
      { name: 'description', content: 'b' },
      file('a.txt', secretOfTheFile),
    )
    const create = (id: string) =>
      s.app.inject({
        method: 'POST',
        url: '/api/tickets',
        headers: { ...caller, ...headers, 'x-request-id': id },
        payload,
      })
    const created = await create('made-by-the-client')
    assert.equal(created.statusCode, 201)
    const { id } = created.json()
    const answers = [created]
    for (const fault of [
      { type: 'status', status: 500 },
      { type: 'status', status: 401 },
      { type: 'reset' },
      { type: 'hang' },
      { type: 'html' },
    ] as const) {
      await s.sandbox.control.setFaults([{ route: '*', fault }])
      answers.push(await create('made-by-the-client'))
      const detail = { url: `/api/tickets/${id}`, headers: { ...caller, 'x-request-id': 'not acceptable' } }
      answers.push(await s.app.inject(detail))
    }
    await s.sandbox.control.clearFaults()
    for (const url of [`/api/tickets?page_key=junk`, `/api/tickets/${id}`, '/api/tickets/abc', '/nowhere'])
      answers.push(await s.app.inject({ url, headers: caller }))
    answers.push(await s.app.inject({ url: '/api/tickets', headers: { authorization: 'Bearer a.b.c' } }))

    const requestIds = answers.map((answer) => String(answer.headers['x-request-id']))
    for (const requestId of requestIds) assert.match(requestId, /^[\w.-]{1,128}$/)
    assert.ok(requestIds.includes('made-by-the-client'))
    const log = s.logLines.join('\n')
    for (const requestId of requestIds) assert.ok(log.includes(requestId), requestId)
    assert.ok(s.logLines.some((line) => line.includes('invgate call')))
    assert.ok(s.logLines.length > answers.length)

    const [, , signature = ''] = caller.authorization.split('.')
    const [, token = ''] = caller.authorization.split(' ')
    for (const [what, secret] of Object.entries({
      token,
      signature,
      password: 'the-api-password',
      basic: btoa('the-api-user:the-api-password'),
      'the secret of the tokens': s.config.JWT_SECRET,
      'the password of the database': `:${new URL(s.database.url).password}@`,
      'the file': secretOfTheFile,
      'the file in base64': btoa(secretOfTheFile).slice(0, 40),
    }))
      if (secret !== ':@') assert.ok(!log.includes(secret), what)
    for (const line of s.logLines) assert.doesNotThrow(() => JSON.parse(line))
  })
})
