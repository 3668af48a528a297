import { Agent } from 'node:http'
import got from 'got'

export type DeskConfig = { ARMMADA_BASE_URL: string; ARMMADA_USERNAME: string; ARMMADA_PASSWORD: string }

export type Incident = Record<string, unknown> & { id: number }

/** InvGate through the HTTP client that ours uses, as its manual shows it. */
export function createDesk(config: DeskConfig) {
  const agent = new Agent({ keepAlive: true })
  const client = got.extend({
    prefixUrl: config.ARMMADA_BASE_URL,
    username: config.ARMMADA_USERNAME,
    password: config.ARMMADA_PASSWORD,
    agent: { http: agent },
    retry: { limit: 0 },
  })
  return {
    createIncident: (ticket: object) => client.post('incidents', { json: ticket }).json<Incident>(),
    close: () => agent.destroy(),
  }
}
