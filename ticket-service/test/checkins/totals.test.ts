import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { bearer } from '@werk/shared/test-kit/sign-token'
import { sql } from '../kit/sql.ts'
import { startTicketService, type TicketService } from '../kit/ticket-service.ts'
import { attendance, history, scan, setGuests, upload } from './gate.ts'

const requests = 2000
const atOnce = 24
const events = ['one', 2]
const tickets = 40

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

describe('totals', () => {
  let s: TicketService
  let apps: TicketService['app'][]
  before(async () => {
    s = await startTicketService({ LOG_LEVEL: 'warn' })
    apps = [s.app, await s.startReplica()]
  })
  after(() => s.close())

  it(`after ${requests} random requests, ${atOnce} at once over two replicas, are what the scans come to`, async (t) => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
    t.diagnostic(`SEED=${seed}`)
    const random = createRandom(seed)
    const statuses = new Map<string, number>()
    const count = (what: string) => statuses.set(what, (statuses.get(what) ?? 0) + 1)
    const headers = [1, 2, 3].map((number) => bearer({ sub: `gate${number}@example.com`, role: 'committee' }))

    const actions = {
      in: (app: TicketService['app'], body: object) => scan(app, body, '', headers[random(3)]),
      out: (app: TicketService['app'], body: object) => scan(app, body, '/checkout', headers[random(3)]),
      undo: (app: TicketService['app'], body: object) => scan(app, body, '/undo', headers[random(3)]),
      batch: (app: TicketService['app'], { event_id }: { event_id: string | number }) =>
        upload(
          app,
          Array.from({ length: 1 + random(6) }, () => ({
            event_id,
            ticket_id: random(tickets),
            nonce: `n${random(300)}`,
            scanned_at: new Date(Date.now() - random(2000)).toISOString(),
            direction: random(2) === 0 ? 'in' : 'out',
          })),
          headers[random(3)],
        ),
      guests: (app: TicketService['app'], { event_id }: { event_id: string | number }) =>
        random(2) === 0
          ? setGuests(
              app,
              event_id,
              Array.from({ length: 30 }, () => random(tickets)),
            )
          : setGuests(
              app,
              event_id,
              Array.from({ length: tickets }, (_, index) => index),
            ),
    }
    const likely = { in: 40, out: 25, undo: 20, batch: 10, guests: 1 }
    const drawn = Object.entries(likely).flatMap(([name, times]) =>
      Array<keyof typeof likely>(times).fill(name as keyof typeof likely),
    )

    let left = requests
    const act = async () => {
      while (left > 0) {
        left -= 1
        const name = drawn[random(drawn.length)] ?? 'in'
        const body = {
          event_id: events[random(events.length)] ?? 'one',
          ticket_id: random(tickets),
          ...(random(3) === 0 && { nonce: `n${random(300)}` }),
        }
        const answer = await actions[name](apps[random(2)] ?? s.app, body)
        assert.ok(answer.statusCode < 500, `${name} ${answer.body}`)
        count(`${name} ${answer.statusCode}`)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, act))
    t.diagnostic(JSON.stringify(Object.fromEntries([...statuses].toSorted())))

    for (const event of events) {
      const { total_checkins, inside, records } = await attendance(s.app, event)
      const scans = await history(s.app, event)
      assert.equal(total_checkins, records.length)
      assert.equal(
        inside,
        records.filter(({ checked_out_at }: { checked_out_at: unknown }) => checked_out_at === null).length,
      )
      assert.deepEqual({ total_checkins, inside }, countBy(scans))
      t.diagnostic(`${event}: ${scans.length} scans come to ${total_checkins} checked in, ${inside} inside`)
    }
    const [negative] = await sql(
      s.database,
      'SELECT COUNT(*) AS slots FROM check_in_totals WHERE checked_in < 0 OR inside < 0 OR inside > checked_in',
    )
    assert.deepEqual(negative, { slots: 0 })
  })

  /** Counts anew what each ticket's scans, one after another, come to, and that none is impossible. */
  function countBy(scans: Awaited<ReturnType<typeof history>>) {
    let total_checkins = 0
    let inside = 0
    for (const ofTicket of Map.groupBy(scans, ({ ticket_id }) => ticket_id).values()) {
      const standing: ('in' | 'out')[] = []
      for (const [index, { seq, direction }] of ofTicket.toSorted((a, b) => a.seq - b.seq).entries()) {
        assert.equal(seq, index + 1)
        const isIn = standing.at(-1) === 'in'
        assert.equal(isIn, direction !== 'in', JSON.stringify(ofTicket.map((one) => one.direction)))
        if (direction === 'undo') standing.pop()
        else standing.push(direction === 'in' ? 'in' : 'out')
      }
      if (standing.length > 0) total_checkins += 1
      if (standing.at(-1) === 'in') inside += 1
    }
    return { total_checkins, inside }
  }
})
