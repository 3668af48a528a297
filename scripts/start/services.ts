import { join } from 'node:path'
import { type ServiceOptions, type ServiceProcess, startService } from '../processes/service-process.ts'
import type { DatabaseUrls } from './databases.ts'
import type { Environment } from './environment.ts'
import type { StartSettings } from './settings.ts'

export type Folders = { root: string; data: string }

export const serviceNames = ['invgate-sandbox', 'identity-service', 'ticket-service'] as const
export type ServiceName = (typeof serviceNames)[number]

export function startSandbox(env: Environment, { ports }: StartSettings, folders: Folders): ServiceProcess {
  return startService({
    ...placesOf('invgate-sandbox', folders),
    url: urlOf(ports.sandbox),
    env: {
      ...env,
      SANDBOX_PORT: String(ports.sandbox),
      SANDBOX_DATA_FILE: env.SANDBOX_DATA_FILE || join(folders.data, 'sandbox.json'),
    },
  })
}

export function startIdentity(
  env: Environment,
  settings: StartSettings,
  folders: Folders,
  databases: DatabaseUrls,
): ServiceProcess {
  return startService({
    ...placesOf('identity-service', folders),
    url: urlOf(settings.ports.identity),
    readyPath: '/readyz',
    env: {
      ...developmentEnvironment(env, settings),
      PORT: String(settings.ports.identity),
      DATABASE_URL: databases.identity,
      MAIL_DIR: env.MAIL_DIR || join(folders.data, 'mail'),
    },
  })
}

export function startTicket(
  env: Environment,
  settings: StartSettings,
  folders: Folders,
  databases: DatabaseUrls,
): ServiceProcess {
  return startService({
    ...placesOf('ticket-service', folders),
    url: urlOf(settings.ports.ticket),
    readyPath: '/readyz',
    env: {
      ...developmentEnvironment(env, settings),
      PORT: String(settings.ports.ticket),
      DATABASE_URL: databases.ticket,
      IDENTITY_URL: urlOf(settings.ports.identity),
      UPLOAD_DIR: env.UPLOAD_DIR || join(folders.data, 'uploads'),
      SPOOL_DIR: env.SPOOL_DIR || join(folders.data, 'spool'),
      MAIL_DIR: env.MAIL_DIR || join(folders.data, 'mail'),
    },
  })
}

export function placesOf(
  name: ServiceName,
  { root, data }: Folders,
): Pick<ServiceOptions, 'name' | 'script' | 'cwd' | 'logFile' | 'pidFile'> {
  return {
    name,
    script: join(root, name, 'src', 'main.ts'),
    cwd: join(root, name),
    logFile: join(data, 'logs', `${name}.log`),
    pidFile: join(data, 'run', `${name}.pid`),
  }
}

export function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

function developmentEnvironment(env: Environment, { ports, ownInvgate }: StartSettings): Environment {
  const sandbox = {
    ARMMADA_BASE_URL: `${urlOf(ports.sandbox)}/api/v1/`,
    ARMMADA_USERNAME: env.SANDBOX_USERNAME || 'sandbox',
    ARMMADA_PASSWORD: env.SANDBOX_PASSWORD || 'sandbox',
    INVGATE_CATEGORY_MAP: env.INVGATE_CATEGORY_MAP || 'billing:11,technical:5,account:8,service:12',
  }
  return {
    ...env,
    NODE_ENV: env.NODE_ENV || 'development',
    // TixGo's documented example registers an admin.
    SELF_REGISTRATION_ROLES: env.SELF_REGISTRATION_ROLES || 'user,committee,admin',
    ...(ownInvgate ? {} : sandbox),
  }
}
