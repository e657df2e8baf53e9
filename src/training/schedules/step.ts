import { defineSchedule } from './define.ts'

/** η · γ^⌊(epoch − 1) / every⌋, as torch.optim.lr_scheduler.StepLR. */
export const step = defineSchedule({
  name: 'step',
  about: 'Multiplied with a factor every few epochs.',
  defaults: { every: 3, factor: 0.5 },
  limits: { every: [1, 1_000_000], factor: [0, 1] },
  factor: ({ epoch }, { every, factor }) => factor ** Math.floor((epoch - 1) / every),
})
