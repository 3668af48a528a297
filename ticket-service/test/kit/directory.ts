import type { FeedEntry } from '@werk/shared/directory/feed'

type Data<E extends FeedEntry['entity']> = NonNullable<Extract<FeedEntry, { entity: E }>['data']>

export const tenantEntry = (seq: number, tenant: Partial<Data<'tenant'>> & { id: number }): FeedEntry => ({
  seq,
  entity: 'tenant',
  id: String(tenant.id),
  data: { name: 'A tenant', active: true, domains: [], ...tenant },
})

export const userEntry = (seq: number, user: Partial<Data<'user'>> & { id: number }): FeedEntry => ({
  seq,
  entity: 'user',
  id: String(user.id),
  data: {
    tenant_id: 1,
    name: 'Ada',
    lastname: 'Lovelace',
    email: `ada.${user.id}@example.com`,
    username: null,
    role: 'user',
    active: true,
    invgate_id: null,
    ...user,
  },
})

export const teamEntry = (seq: number, team: Partial<Data<'team'>> & { id: number }): FeedEntry => ({
  seq,
  entity: 'team',
  id: String(team.id),
  data: { tenant_id: 1, name: 'A team', members: [], ...team },
})

export const keyEntry = (
  seq: number,
  key: Partial<Data<'api_key'>> & { id: number; hash: string },
): FeedEntry => ({
  seq,
  entity: 'api_key',
  id: String(key.id),
  data: { user_id: 1, scopes: ['tickets:read'], expires_at: '2999-01-01T00:00:00.000Z', ...key },
})

export const endedSession = (seq: number, id: string): FeedEntry => ({
  seq,
  entity: 'ended_session',
  id,
  data: { id, expires_at: '2999-01-01T00:00:00.000Z' },
})

export const gone = (seq: number, entity: FeedEntry['entity'], id: number): FeedEntry => ({
  seq,
  entity,
  id: String(id),
  data: null,
})
