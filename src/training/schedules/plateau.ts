import { defineSchedule } from './define.ts'

/**
 * Reduced when the validation loss does not fall, as torch.optim.lr_scheduler.ReduceLROnPlateau with a relative
 * threshold: after more than `patience` epochs in a row whose loss is not below best · (1 − threshold), the rate is
 * multiplied with `factor`, down to the share `lowest` of the full rate, and the counting begins again; the best stays.
 *
 * All is counted again from the losses at every call, so that nothing has to be kept.
 */
export const plateau = defineSchedule({
  name: 'plateau',
  about: 'Multiplied with a factor when the validation loss does not fall.',
  defaults: { factor: 0.5, patience: 1, threshold: 1e-4, lowest: 0 },
  limits: { factor: [0, 1], threshold: [0, 0.999], lowest: [0, 1] },
  factor({ validationLosses }, { factor, patience, threshold, lowest }) {
    let [rate, best, worse] = [1, Infinity, 0]
    for (const loss of validationLosses) {
      if (loss < best * (1 - threshold)) [best, worse] = [loss, 0]
      else worse++
      if (worse > patience) [rate, worse] = [Math.max(rate * factor, lowest), 0]
    }
    return rate
  },
})
