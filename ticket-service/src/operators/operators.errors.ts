import { AppError } from '@werk/shared/errors/app-error'

export const intentNotFound = () => new AppError('intent.not_found', 'ticket intent not found')

/** @param dueInMs when a worker looks at it again */
export const intentAtWork = (state: string, dueInMs: number) =>
  new AppError('intent.conflict', `the intent is ${state} and still at work, an operator cannot change it`, {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(dueInMs / 1000))) },
  })

/** Names the customer, because an incident of somebody else's is as good as none. */
export const noSuchIncident = (invGateId: number, customerId: number) => {
  const sentence = `InvGate has no incident ${invGateId} of customer ${customerId}`
  return new AppError('incident.not_found', sentence, { errors: { inv_gate_id: [sentence] } })
}

export const incidentTaken = (invGateId: number) => {
  const sentence = `InvGate's incident ${invGateId} belongs to another ticket`
  return new AppError('incident.taken', sentence, { errors: { inv_gate_id: [sentence] } })
}
