import assert from 'node:assert/strict'
import { enrol, type Member, member, patch, raise, read } from '../kit/desk.ts'
import { sql } from '../kit/sql.ts'
import { startTicketService } from '../kit/ticket-service.ts'

export const [owner, other] = [member(7), member(8)]
export const [agent, otherAgent, idle] = [member(9, 'agent'), member(10, 'agent'), member(14, 'agent')]
export const [admin, vendor, foreign] = [member(11, 'admin'), member(12, 'vendor'), member(15, 'admin', 2)]

/** A service whose directory knows these people, with tickets of the owner that the agent is assigned to. */
export async function startAssigned() {
  const s = await startTicketService({ LOG_LEVEL: 'warn' })
  await enrol(s, [owner, agent, otherAgent, admin, vendor, other, foreign, { ...idle, active: false }])
  return {
    ...s,
    async raiseAssigned(): Promise<string> {
      const { id } = await raise(s.app, owner)
      assert.equal((await patch(s.app, agent, id, { agent_id: agent.uid })).statusCode, 200)
      return id
    },
    ticket: async (id: string) => (await read(s.app, admin, `/tickets/${id}`)).json().data,
    repliesOf: async (id: string, by: Member = admin) =>
      (await read(s.app, by, `/tickets/${id}/replies?limit=100`)).json().data,
    /** What happened since it was raised. */
    actionsOf: async (id: string, by: Member = admin): Promise<string[]> =>
      (await read(s.app, by, `/tickets/${id}/activities`))
        .json()
        .data.slice(1)
        .map(({ action }: { action: string }) => action),
    /** Whom a reply was told to, by number. */
    async toldOf(id: string): Promise<number[]> {
      const rows = await sql(
        s.database,
        `SELECT user_id FROM notifications WHERE ticket_id = '${id}' AND kind = 'ticket.replied' ORDER BY user_id`,
      )
      return rows.map(({ user_id }) => Number(user_id))
    },
  }
}

export type Assigned = Awaited<ReturnType<typeof startAssigned>>
