import { defineSchedule } from './define.ts'

/**
 * Half a cosine from the full rate down, step by step (Loshchilov & Hutter 2017, eq. 5, without restarts), as
 * torch.optim.lr_scheduler.CosineAnnealingLR over all steps:
 *
 *   η · (lowest + (1 − lowest) · (1 + cos(π (step − 1) / steps)) / 2)
 *
 * `lowest` is a share of the full rate.
 */
export const cosine = defineSchedule({
  name: 'cosine',
  about: 'Half a cosine from the full learning rate down, over all steps.',
  defaults: { lowest: 0 },
  limits: { lowest: [0, 1] },
  factor: ({ step, steps }, { lowest }) => lowest + ((1 - lowest) * (1 + Math.cos((Math.PI * (step - 1)) / steps))) / 2,
})
