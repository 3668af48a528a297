import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { assertFailure } from '@werk/shared/test-kit/assert-failure'
import { enrol, type Member, member, patch, raise, read, replyTo } from '../kit/desk.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'

const [owner, agent, otherAgent] = [member(7), member(9, 'agent'), member(10, 'agent')]
const [admin, foreign] = [member(11, 'admin'), member(15, 'admin', 2)]

describe('GET /tickets?q=', () => {
  let s: TicketService
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    await enrol(s, [owner, agent, otherAgent, admin, foreign])
  })
  after(() => s.close())

  const ask = (typed: string, by: Member = admin) =>
    read(s.app, by, `/tickets?${new URLSearchParams({ limit: '100', q: typed })}`)
  const search = async (typed: string, by: Member = admin): Promise<string[]> => {
    const answer = await ask(typed, by)
    assert.equal(answer.statusCode, 200, `${JSON.stringify(typed)} ${answer.body}`)
    return answer.json().data.map(({ id }: { id: string }) => id)
  }
  const assertFound = async (id: string, ...typed: string[]) => {
    for (const text of typed) assert.deepEqual(await search(text), [id], JSON.stringify(text))
  }
  const assertNotFound = async (...typed: string[]) => {
    for (const text of typed) assert.deepEqual(await search(text), [], JSON.stringify(text))
  }
  const assertRefused = async (...typed: string[]) => {
    for (const text of typed) assertFailure(await ask(text), { status: 400, fields: ['q'] })
  }

  it('finds words of title, description and public replies, whole or by their beginning, in any case', async () => {
    const { id } = await raise(s.app, owner, { title: 'Dishwasher Leaks', description: 'water\nEVERYWHERE' })
    await replyTo(s.app, agent, id, { message: 'tighten the gasket' })
    await assertFound(id, 'dishwasher', 'DISHWASHER', 'dish', 'leaks', 'everywhere', 'gasket', 'TIGHTEN')
    await assertNotFound('washer', 'dishwashers', 'here')
  })

  it('wants all words of one text, be it the title with the description or one reply', async () => {
    const { id } = await raise(s.app, owner, { title: 'elevator stuck', description: 'between floors' })
    await replyTo(s.app, agent, id, { message: 'mechanic comes tomorrow' })
    await assertFound(id, 'elevator floors', 'floors elevator', 'tomorrow mechanic')
    await assertNotFound('elevator mechanic', 'elevator escalator')
  })

  const signs =
    '+ - ~ < > @ * " ( ) \' \\ % () "" +- >< /* -- ? ; & | ^ = : \0 ` {} [] # ! , . ¿ „ “ …'.split(' ')
  it('takes operators for what they are to people: nothing', async (t) => {
    const { id } = await raise(s.app, owner, { title: 'turbine overheats', description: 'each noon' })
    await raise(s.app, owner, { title: 'turbine', description: 'alone' })
    const between = [...signs, '@5', '_', ' ', '>1', '"a', 'OR 1=1'].map(
      (sign) => `turbine ${sign} overheats`,
    )
    const about = signs.flatMap((sign) => [
      `${sign}turbine ${sign}overheats`,
      `turbine${sign} overheats${sign}`,
      `${sign}turbine overheats${sign}`,
    ])
    for (const typed of [...between, ...about]) await assertFound(id, typed)
    await assertRefused(...signs)
    t.diagnostic(`${between.length + about.length} searches with ${signs.length} signs`)
  })

  it('has no use for words that are too short, too long or too common; of nothing else → 400 with the field', async () => {
    const long = 'x'.repeat(84)
    const { id } = await raise(s.app, owner, {
      title: `the pc of a submarine`,
      description: `with it ${long} ${long}y`,
    })
    await assertFound(id, 'the submarine', 'a pc of submarine', `submarine ${long}y`, long, 'sub')
    await assertRefused('the', 'pc', 'a', 'with the', 'of it', ' ', '\t\n', `${long}y`, '🎫', '!?', 'ab cd')
  })

  it('finds texts of any script that has blanks between words', async () => {
    const texts: [text: string, found: string[], not: string[]][] = [
      [
        'Müllabfuhr Größe',
        ['müllabfuhr', 'MÜLLABFUHR', 'mull', 'mu\u0308llabfuhr', 'größe', 'grosse'],
        ['llabfuhr'],
      ],
      ['Crème brûlée', ['crème', 'creme', 'BRÛLÉE', 'cre\u0300me'], ['brulees']],
      ['de\u0301compose\u0301', ['décomposé', 'decompose'], []],
      ['Москва слезам', ['москва', 'МОСКВА', 'слез'], []],
      ['Αθήνα πόλη', ['αθήνα', 'ΑΘΗΝΑ', 'πολη'], []],
      ['हिन्दी शब्द', ['हिन्दी', 'शब्द', 'हिन्'], []],
      ['مرحبا بالعالم', ['مرحبا', 'بالعالم'], []],
      ['שלום עולם', ['שלום', 'עול'], []],
      ['프린터가 고장났어요', ['프린터가', '프린터', '고장났'], []],
      ['error_4711 0x80070005', ['error_4711', '0x80070005', 'error_47'], ['4711', '80070005']],
      ['zoë@example.org', ['zoë@example.org', 'zoe'], []],
    ]
    for (const [text, found, not] of texts) {
      const { id } = await raise(s.app, owner, { title: text })
      await assertFound(id, ...found)
      await assertNotFound(...not)
    }
  })

  it('finds a text without blanks between words by its beginning alone', async () => {
    const chinese = (await raise(s.app, owner, { title: '打印机坏了' })).id
    await assertFound(chinese, '打印机', '打印机坏了')
    await assertNotFound('印机坏', '机坏了')
    await assertRefused('打印')
    const japanese = (await raise(s.app, owner, { title: 'プリンタが壊れた' })).id
    await assertFound(japanese, 'プリンタ')
    await assertNotFound('壊れた')
  })

  it('never finds by an internal note for whoever does not answer the ticket', async () => {
    const { id } = await raise(s.app, owner, { title: 'noted', description: 'plainly' })
    await patch(s.app, agent, id, { agent_id: agent.uid })
    await replyTo(s.app, agent, id, { message: 'xylophone', internal: true })
    const ofAgent = (await raise(s.app, agent, { title: 'an agent’s own' })).id
    await patch(s.app, admin, ofAgent, { agent_id: otherAgent.uid })
    await replyTo(s.app, otherAgent, ofAgent, { message: 'xylophone', internal: true })
    assert.deepEqual(await search('xylophone', owner), [])
    assert.deepEqual(await search('xylophone', agent), [id])
    assert.deepEqual(await search('xylophone', otherAgent), [ofAgent])
    assert.deepEqual((await search('xylophone', admin)).toSorted(), [id, ofAgent].toSorted())
  })

  it('finds in the tenant that one works in, and what one may see', async () => {
    const { id } = await raise(s.app, owner, { title: 'periscope' })
    const elsewhere = (await raise(s.app, member(16, 'user', 2), { title: 'periscope' })).id
    assert.deepEqual(await search('periscope', owner), [id])
    assert.deepEqual(await search('periscope', foreign), [elsewhere])
    assert.deepEqual(await search('periscope', member(8)), [])
  })

  it('knows a reply and a ticket as soon as they are answered 201, and both only once', async () => {
    const { id } = await raise(s.app, owner, { title: 'gyroscope', description: 'gyroscope' })
    for (let count = 0; count < 3; count += 1)
      await replyTo(s.app, owner, id, { message: `gyroscope ${count}` })
    await assertFound(id, 'gyroscope')
  })
})
