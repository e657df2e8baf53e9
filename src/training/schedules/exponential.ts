import { defineSchedule } from './define.ts'

/** η · γ^(epoch − 1), as torch.optim.lr_scheduler.ExponentialLR. */
export const exponential = defineSchedule({
  name: 'exponential',
  about: 'Multiplied with a factor every epoch.',
  defaults: { factor: 0.75 },
  limits: { factor: [0, 1] },
  factor: ({ epoch }, { factor }) => factor ** (epoch - 1),
})
