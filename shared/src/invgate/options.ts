/** The environment of whoever talks to InvGate: see `invgateSettings`. */
export type InvGateConfig = {
  ARMMADA_BASE_URL: string
  ARMMADA_USERNAME: string
  ARMMADA_PASSWORD: string
  ARMMADA_TIMEOUT_MS: number
  ARMMADA_BREAKER_FAILURES: number
  ARMMADA_BREAKER_RESET_MS: number
  ARMMADA_MAX_CREATES: number
  ARMMADA_MAX_READS: number
  ARMMADA_INCIDENT_PATH?: 'incidents' | 'incident'
}

/** The client's options as the environment gives them. */
export function invgateOptions(config: InvGateConfig) {
  return {
    baseUrl: config.ARMMADA_BASE_URL,
    username: config.ARMMADA_USERNAME,
    password: config.ARMMADA_PASSWORD,
    timeoutMs: config.ARMMADA_TIMEOUT_MS,
    breakerFailures: config.ARMMADA_BREAKER_FAILURES,
    breakerResetMs: config.ARMMADA_BREAKER_RESET_MS,
    maxCreates: config.ARMMADA_MAX_CREATES,
    maxReads: config.ARMMADA_MAX_READS,
    ...(config.ARMMADA_INCIDENT_PATH === undefined ? {} : { incidentPath: config.ARMMADA_INCIDENT_PATH }),
  }
}
