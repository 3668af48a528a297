import type { App } from '@werk/shared/app/create-app'
import type { Authenticate } from '@werk/shared/auth/authenticate'
import type { AnswerOnce } from '@werk/shared/idempotency/answer-once'
import type { Account } from '../accounts/account.ts'
import type { AccountsRepository } from '../accounts/accounts.repository.ts'
import type { ResumeRegistration } from '../accounts/resume-registration.ts'
import { createAuditRepository } from '../audit/audit.repository.ts'
import { registerAuditRoutes } from '../audit/audit.routes.ts'
import { createReadAudit } from '../audit/read-audit.ts'
import { createVerifyAudit } from '../audit/verify-audit.ts'
import { registerImportRoutes } from '../imports/imports.routes.ts'
import type { Database } from '../infrastructure/database.ts'
import { auditHash } from '../infrastructure/record-change.ts'
import { leastCharacters, type PasswordPolicy } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { createAdministerTeams } from '../teams/administer-teams.ts'
import { createMemberMetricsRepository } from '../teams/member-metrics.repository.ts'
import { createReadTeams } from '../teams/read-teams.ts'
import { createTeamsRepository } from '../teams/teams.repository.ts'
import { registerTeamRoutes } from '../teams/teams.routes.ts'
import { registerWorkpulseTeamRoutes } from '../teams/workpulse-teams.routes.ts'
import { createAdministerTenants } from '../tenants/administer-tenants.ts'
import type { TenantsRepository } from '../tenants/tenants.repository.ts'
import { registerTenantRoutes } from '../tenants/tenants.routes.ts'
import { createAdministerUsers } from '../users/administer-users.ts'
import { createCreateUser } from '../users/create-user.ts'
import { createUsersRepository } from '../users/users.repository.ts'
import { registerUserRoutes } from '../users/users.routes.ts'
import { composeImport } from './import.ts'

type Parts = {
  app: App
  database: Database
  authenticate: Authenticate
  answerOnce: AnswerOnce
  accounts: AccountsRepository
  tenants: TenantsRepository
  passwords: Passwords
  passwordPolicy: PasswordPolicy
  invgateUsers: { readonly jobKind: string; ensure(account: Account): Promise<Account> }
  resumeRegistration: ResumeRegistration
  clock: { now(): Date }
}

/** What admins and operators do with tenants, users and teams, and what became of it: the audit. */
export async function composeAdministration(parts: Parts): Promise<void> {
  const { app, database, tenants, passwordPolicy, clock } = parts
  registerTenantRoutes(app, { ...parts, administerTenants: createAdministerTenants({ tenants }) })

  const administerUsers = createAdministerUsers({ users: createUsersRepository(database) })
  const createUser = createCreateUser({
    ...parts,
    checkPassword: (password) => passwordPolicy.check('password', password, leastCharacters),
  })
  registerUserRoutes(app, { ...parts, administerUsers, createUser })
  await registerImportRoutes(app, { ...parts, importUsers: composeImport(database) })

  const teams = createTeamsRepository(database)
  const readTeams = createReadTeams({ teams, metrics: createMemberMetricsRepository(database), clock })
  registerTeamRoutes(app, { ...parts, readTeams, administerTeams: createAdministerTeams({ teams }) })
  registerWorkpulseTeamRoutes(app, { ...parts, readTeams })

  const audit = createAuditRepository(database)
  const verifyAudit = createVerifyAudit({ audit, hash: auditHash })
  registerAuditRoutes(app, { ...parts, readAudit: createReadAudit({ audit }), verifyAudit })
}
