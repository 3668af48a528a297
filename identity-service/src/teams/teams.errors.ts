import { AppError } from '@werk/shared/errors/app-error'

export const teamNotFound = () => new AppError('team.not_found', 'there is no such team')

export const teamNameTaken = () =>
  new AppError('team.taken', 'the tenant has a team of this name already', {
    errors: { name: ['is a team’s already'] },
  })

export const memberNotFound = () => new AppError('team_member.not_found', 'the team has no such member')

export const memberUnknown = () => new AppError('user.not_found', 'there is no such user')
