import { AppError } from '@werk/shared/errors/app-error'

export const tenantNotFound = () => new AppError('tenant.not_found', 'there is no such tenant')

export const domainTaken = () =>
  new AppError('tenant.taken', 'one of these domains is a tenant’s already', {
    errors: { domains: ['one of them is a tenant’s already'] },
  })

export const invalidDomains = (wrong: readonly string[]) => {
  const sentence = 'must be host names in lower case, without a port, such as desk.example.com'
  return new AppError('tenant.invalid', `domains ${sentence}; wrong: ${wrong.join(', ')}`, {
    errors: { domains: [sentence] },
  })
}

export const operatingTenantStays = () =>
  new AppError('tenant.conflict', 'tenant 1 runs the installation and cannot be deactivated', {
    errors: { active: ['cannot be false for tenant 1'] },
  })
