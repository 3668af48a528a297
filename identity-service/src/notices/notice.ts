/** What the owner of an account is told by mail: by the action that the audit knows it by, the sentence that says it. */
const sentences: Readonly<Record<string, string>> = {
  'password.changed': 'The password of your account was changed.',
  'password.reset': 'The password of your account was replaced, by a link that was mailed to you.',
  'second_factor.confirmed':
    'Your account has a second factor now: log-ins need a code of an authenticator app.',
  'second_factor.removed': 'The second factor of your account was removed: the password is enough again.',
  'second_factor.recovery_code_used': 'A recovery code took the place of a code of your authenticator app.',
  'second_factor.recovery_codes_replaced':
    'Your account has new recovery codes; the earlier ones are worth nothing.',
  'api_key.made': 'A key was made by which a machine acts as you.',
  'openid.linked': 'An account at another provider was linked to yours: it can be used to log in.',
  'openid.unlinked': 'The account at another provider is no longer linked to yours.',
  'session.refresh_reused':
    'A key of one of your log-ins was used twice, as a thief would: that log-in was ended.',
}

export const noticeActions = Object.keys(sentences)
export const sentenceOf = (action: string): string | null => sentences[action] ?? null

/** The outbox's jobs by which notices are sent, one kind for each action. */
export const noticeJob = (action: string): string => `notice.${action}`

/** What a notice tells besides its sentence. */
export type Notice = { userId: number; at: Date; address: string | null }

/** As the subject of a job, which has room for 190 characters. */
export const noticeSubject = ({ userId, at, address }: Notice): string =>
  [userId, at.toISOString(), address ?? ''].join(' ')

/** @param subject that `noticeSubject` made */
export function readNoticeSubject(subject: string): Notice {
  const [userId, at = '', address = ''] = subject.split(' ')
  return { userId: Number(userId), at: new Date(at), address: address === '' ? null : address }
}
