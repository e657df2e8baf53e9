/** A workload made ready to run. */
import { OptionError } from '../errors/errors.ts'
import { ClassifierRun } from './classifier-run.ts'
import { LAZY_OPTIMIZER, ownLstm } from './forms.ts'
import { GenerateRun } from './generate-run.ts'
import { LanguageModelRun } from './language-model-run.ts'
import { LayerRun } from './layer-run.ts'
import type { Run } from './run.ts'
import { StreamRun } from './stream-run.ts'
import type { Phase, Workload } from './workloads.ts'

/**
 * Creates weights and data on the default device.
 *
 * @param form  Another way to do the work, see `formsOf`. Default: none.
 * @throws {OptionError} the workload has no such phase.
 */
export function createRun(workload: Workload, phase: Phase, form?: string): Run {
  if (!workload.phases.includes(phase)) {
    throw new OptionError(`phase: expected one of ${workload.phases.join(', ')}, got "${phase}".`)
  }
  switch (workload.kind) {
    case 'layer':
      return new LayerRun(workload, phase, form === 'own-cell' ? ownLstm : undefined)
    case 'stream':
      return new StreamRun(workload)
    case 'generate':
      return new GenerateRun(workload)
    case 'lm':
      return new LanguageModelRun(workload)
    case 'classify':
      return new ClassifierRun(workload, form === 'lazy' ? LAZY_OPTIMIZER : undefined)
  }
}
