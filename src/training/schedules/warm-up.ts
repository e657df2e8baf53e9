/**
 * Linear warm-up before any schedule.
 */
import type { Moment, Schedule } from './define.ts'

/**
 * The learning rate of a step.
 *
 *   rate · min(1, step / warmUp) · factor          the schedule's steps are those after the warm-up
 *
 * The last step of the warm-up has the full rate, the first the share 1 / warmUp of it (not 0, which would be a step
 * for nothing), as torch.optim.lr_scheduler.LinearLR from 1 / warmUp over warmUp − 1 steps.
 *
 * @param rate      The full learning rate.
 * @param schedule  What follows the warm-up.
 * @param warmUp    Steps of the warm-up; 0: none.
 */
export function learningRateAt(rate: number, schedule: Schedule, warmUp: number, moment: Moment): number {
  const [step, steps] = [moment.step - warmUp, moment.steps - warmUp]
  const after = { ...moment, step: Math.max(step, 1), steps: Math.max(steps, 1) }
  return rate * Math.min(1, moment.step / Math.max(warmUp, 1)) * schedule.factor(after)
}
