import type { App } from '@werk/shared/app/create-app'
import { type Authenticate, callerOf, requireRole } from '@werk/shared/auth/authenticate'
import type { FastifyRequest } from 'fastify'
import {
  AttendanceAnswer,
  CheckedIn,
  CheckedOut,
  EventParams,
  ScanBody,
  Undone,
  UploadAnswer,
  UploadBody,
} from './checkins.schemas.ts'
import { toAttendance, toOfflineScan, toRecord, toUploadResult, toWantedScan } from './checkins.wire.ts'
import type { ReadAttendance } from './read-attendance.ts'
import type { RecordScan } from './record-scan.ts'
import type { UploadScans } from './upload-scans.ts'

type Needs = {
  authenticate: Authenticate
  recordScan: RecordScan
  uploadScans: UploadScans
  readAttendance: ReadAttendance
}

const common = { tags: ['TixGo'], security: [{ bearer: [] }] }
/** 500 scans of the longest text. */
const uploadLimit = 4 * 1_048_576

/** Contract 6, and what else a gate does, in the same dialect. */
export function registerTixgoCheckinRoutes(app: App, needs: Needs): void {
  const { recordScan, uploadScans, readAttendance } = needs
  const onRequest = [needs.authenticate, refuseAllButGates]
  const toWrite = { onRequest, config: { apiScope: 'checkins:write' as const } }

  app.post(
    '/checkins',
    {
      ...toWrite,
      schema: {
        ...common,
        summary: 'Check a ticket in, also one that is out',
        body: ScanBody,
        response: { 201: CheckedIn },
      },
    },
    async (request, reply) => {
      const outcome = await recordScan(toWantedScan(request.body, 'in', gateOf(request)))
      return reply.code(201).send({ status: 'checked_in' as const, record: toRecord(request.body, outcome) })
    },
  )

  app.post(
    '/checkins/checkout',
    {
      ...toWrite,
      schema: { ...common, summary: 'Check a ticket out', body: ScanBody, response: { 200: CheckedOut } },
    },
    async (request) => {
      const outcome = await recordScan(toWantedScan(request.body, 'out', gateOf(request)))
      return { status: 'checked_out' as const, record: toRecord(request.body, outcome) }
    },
  )

  app.post(
    '/checkins/undo',
    {
      ...toWrite,
      schema: {
        ...common,
        summary: 'Take a check-in back, within 15 minutes',
        body: ScanBody,
        response: { 200: Undone },
      },
    },
    async (request) => {
      const outcome = await recordScan(toWantedScan(request.body, 'undo', gateOf(request)))
      return { status: 'undone' as const, record: toRecord(request.body, outcome) }
    },
  )

  app.post(
    '/checkins/batch',
    {
      ...toWrite,
      bodyLimit: uploadLimit,
      schema: {
        ...common,
        summary: 'Upload what was scanned offline, each scan by itself',
        body: UploadBody,
        response: { 200: UploadAnswer },
      },
    },
    async (request) => {
      const { scans } = request.body
      const gate = gateOf(request)
      const outcomes = await uploadScans(scans.map((scan) => toOfflineScan(scan, gate)))
      const refused = outcomes.filter(({ refusal }) => refusal !== null).length
      const results = outcomes.flatMap((outcome, index) => {
        const scan = scans[index]
        return scan === undefined ? [] : [toUploadResult(scan, outcome)]
      })
      return { recorded: outcomes.length - refused, refused, results }
    },
  )

  app.get(
    '/attendance/:event_id',
    {
      onRequest,
      config: { apiScope: 'checkins:read' },
      schema: {
        ...common,
        summary: 'Who came to an event',
        params: EventParams,
        response: { 200: AttendanceAnswer },
      },
    },
    async (request) => {
      const event = { tenantId: request.tenantId, eventId: request.params.event_id }
      return toAttendance(await readAttendance(event))
    },
  )
}

/** @throws AppError 403 for whoever does not work at a gate */
async function refuseAllButGates(request: FastifyRequest): Promise<void> {
  requireRole(callerOf(request), 'committee', 'vendor', 'admin')
}

function gateOf(request: FastifyRequest) {
  return { tenantId: request.tenantId, by: callerOf(request).sub }
}
