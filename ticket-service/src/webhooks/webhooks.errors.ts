import { AppError } from '@werk/shared/errors/app-error'

export const webhookNotFound = () => new AppError('webhook.not_found', 'webhook not found')

export const webhookUrlInvalid = (fault: string) =>
  new AppError('webhook.invalid', `url ${fault}`, { errors: { url: [fault] } })

export const tooManyWebhooks = (most: number) =>
  new AppError('webhook.conflict', `a tenant has at most ${most} webhooks`)

export const webhookInactive = () =>
  new AppError('webhook.conflict', 'the webhook is switched off, nothing is delivered to it')

export const webhooksUnavailable = (cause: unknown) =>
  new AppError('webhooks.unavailable', 'webhooks are not available on this installation', { cause })

export const deliveryNotFound = () => new AppError('webhook_delivery.not_found', 'delivery not found')

export const deliveryUnderWay = () =>
  new AppError('webhook_delivery.conflict', 'the delivery is still on its way')
