import { defineSchedule } from './define.ts'

/** The same rate at every step. */
export const constant = defineSchedule({
  name: 'constant',
  about: 'The same learning rate at every step.',
  defaults: {},
  factor: () => 1,
})
