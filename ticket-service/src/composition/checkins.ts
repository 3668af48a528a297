import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { Pool, PoolConnection } from '@werk/shared/database/pool'
import { registerEventRoutes } from '../checkins/events.routes.ts'
import { createGuestList } from '../checkins/guest-list.ts'
import { createGuestsRepository } from '../checkins/guests.repository.ts'
import { createListScans } from '../checkins/list-scans.ts'
import { createReadAttendance } from '../checkins/read-attendance.ts'
import { createRecordScan } from '../checkins/record-scan.ts'
import { createScansRepository } from '../checkins/scans.repository.ts'
import { registerTixgoCheckinRoutes } from '../checkins/tixgo-checkins.routes.ts'
import { createUploadScans } from '../checkins/upload-scans.ts'

type Parts = {
  app: App
  pool: Pool
  transaction: <T>(work: (tx: PoolConnection) => Promise<T>) => Promise<T>
  clock: { now(): Date }
}

/** The gates of events: check-ins, who came, and who is expected. */
export function composeCheckins({ app, pool, transaction, clock }: Parts) {
  const scans = createScansRepository(pool)
  const guests = createGuestsRepository(pool)
  const recordScan = createRecordScan({ transaction, scans, guests, clock })
  return {
    register(authenticate: Authenticate): void {
      const uploadScans = createUploadScans({ recordScan })
      const readAttendance = createReadAttendance({ scans })
      registerTixgoCheckinRoutes(app, { authenticate, recordScan, uploadScans, readAttendance })
      const guestList = createGuestList({ transaction, guests, clock })
      registerEventRoutes(app, { authenticate, guestList, listScans: createListScans({ scans }) })
    },
  }
}
