import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf } from '@werk/shared/auth/authenticate'
import { Envelope, envelope } from '@werk/shared/http/envelope'
import { actorOf } from '../audit/request-actor.ts'
import type { OwnProfile } from './own-profile.ts'
import { ProfilePatch, ProfileWire } from './profile.schemas.ts'
import type { Profile } from './profile.ts'

type Needs = { authenticate: Authenticate; ownProfile: OwnProfile }

const common = { tags: ['WorkPulse'], security: [{ bearer: [] }] }
const path = '/api/v1/profile'

/** Contract 4. */
export function registerWorkpulseProfileRoutes(app: App, { authenticate, ownProfile }: Needs): void {
  app.get(
    path,
    {
      onRequest: authenticate,
      schema: { ...common, summary: 'Own profile', response: { 200: Envelope(ProfileWire) } },
    },
    async (request) => envelope(request, toWire(await ownProfile.get(callerOf(request)))),
  )

  app.patch(
    path,
    {
      onRequest: authenticate,
      schema: {
        ...common,
        summary: 'Change the own name',
        body: ProfilePatch,
        response: { 200: Envelope(ProfileWire) },
      },
    },
    async (request) => {
      const { name, lastname: lastName, ...others } = request.body
      const changes = { ...(name !== undefined && { name }), ...(lastName !== undefined && { lastName }) }
      const caller = callerOf(request)
      const profile = await ownProfile.change(caller, changes, Object.keys(others), actorOf(request))
      return envelope(request, toWire(profile), { message: 'your profile is changed' })
    },
  )
}

function toWire({ tenantId, lastName, createdAt, lastLoginAt, ...profile }: Profile): ProfileWire {
  return {
    ...profile,
    lastname: lastName,
    tenant_id: tenantId,
    created_at: createdAt.toISOString(),
    last_login_at: lastLoginAt?.toISOString() ?? null,
  }
}
