import { loginNameOf } from '@werk/shared/auth/login-name'
import type { Principal } from '@werk/shared/auth/principal'
import type { Actor } from './audit-entry.ts'

type Request = {
  id: string
  ip: string
  headers: { 'user-agent'?: string | undefined }
  user: Principal | null
}

/** Who makes a request: the holder of its token, or on a public route the login name that it gives. */
export function actorOf({ id, ip, headers, user }: Request, givenName: string | null = null): Actor {
  return {
    id: user?.uid ?? null,
    name: user === null ? givenName : loginNameOf(user),
    address: ip,
    requestId: id,
    device: headers['user-agent']?.slice(0, 255) ?? null,
  }
}
