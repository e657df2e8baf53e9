/**
 * Defining an optimizer: its equations written once over one weight, its gradient and what it remembers of the past.
 * The device compiles them to one fused pass over all of it, like a cell's.
 */
import type { Expression } from '../../formula/expression.ts'
import { max, min, mul, neg, scalar as scalarNamed, variable } from '../../formula/expression.ts'
import { type Program, program } from '../../formula/program.ts'
import { completeSettings, type Limits, type Settings } from '../settings.ts'

/** What the equations are written with. */
export interface OptimizerBuilder {
  /** The weight before the step. */
  readonly p: Expression
  /** Its gradient, clipped already. */
  readonly g: Expression
  /** What the optimizer remembers, by name; zero at first. */
  readonly memory: Readonly<Record<string, Expression>>
  /** A number of this step, given by `scalars`. */
  scalar(name: string): Expression
}

/** What every optimizer can be set to. */
export interface CommonSettings {
  /** Step size where the caller gives none. */
  readonly learningRate: number
  /** How fast weights shrink; see `OptimizerState` for which. Left out: the optimizer has none. */
  readonly weightDecay?: number
}

export interface OptimizerDefinition<S extends object> {
  readonly name: string
  /** The settings with their defaults: numbers and switches. */
  readonly defaults: S & CommonSettings
  /** Of numbers; those without have to be finite and at least 0. */
  readonly limits?: Limits<S & CommonSettings>
  /** Names of the vectors that it remembers for each weight (first moment, …). */
  readonly memory: readonly string[] | ((settings: S & CommonSettings) => readonly string[])
  /** The next value of the weight (`p`) and of each memory. */
  equations(
    builder: OptimizerBuilder,
    settings: S & CommonSettings,
  ): { readonly p: Expression } & Readonly<Record<string, Expression>>
  /** The same for rows of a table, where those that a batch does not use stand still. Left out: all rows go on. */
  rowEquations?: OptimizerDefinition<S>['equations']
  /**
   * The numbers of step `step` (from 1); `learningRate` is the schedule's value, `weightDecay` 0 for a weight that
   * does not decay.
   */
  scalars(step: number, settings: S & CommonSettings): Readonly<Record<string, number>>
}

/**
 * An optimizer's equations compiled to one point-wise program: p, g, memory in; p, memory out, in place. The program
 * has one scalar more than the equations: `gradientScale`, which the raw gradient is multiplied with.
 */
export interface Optimizer<S extends object = Settings> {
  readonly name: string
  /** All of them, defaults included: what a checkpoint keeps beside the name. */
  readonly settings: S & CommonSettings
  readonly memory: readonly string[]
  readonly defaultLearningRate: number
  readonly program: Program
  /** The same with each element of the scaled gradient kept within ±`clipValue`, a further scalar. */
  readonly clippingProgram: Program
  /** Of rows of a table; null: it has gradients of whole tables only. */
  readonly rowProgram: Program | null
  readonly clippingRowProgram: Program | null
  /** The equations' numbers for a step (from 1), by name, for a weight that decays or one that does not. */
  scalars(step: number, learningRate: number, isDecayed?: boolean): Readonly<Record<string, number>>
  /**
   * The optimizer with other settings; those not given stay. `sgd.with({ momentum: 0.9, nesterov: true })`
   *
   * @throws {OptionError} an unknown setting, or a value out of range.
   */
  with(settings: Partial<S & CommonSettings>): Optimizer<S>
}

/** Makes an optimizer from its equations. The built-in ones stand in this folder, one file each. */
export function defineOptimizer<S extends object>(definition: OptimizerDefinition<S>): Optimizer<S> {
  return optimizerOf(definition, definition.defaults)
}

function optimizerOf<S extends object>(definition: OptimizerDefinition<S>, settings: S & CommonSettings): Optimizer<S> {
  const { name, limits = {} } = definition
  const memory = typeof definition.memory === 'function' ? definition.memory(settings) : definition.memory
  // Clipping by the global norm and averaging are one factor, applied in the same pass.
  const scaled = mul(variable('g'), scalarNamed('gradientScale'))
  const bound = scalarNamed('clipValue')
  type Equations = typeof definition.equations
  const programFor = (equations: Equations, g: Expression): Program => {
    const variables = Object.fromEntries(memory.map(kind => [kind, variable(kind)]))
    const next = equations({ p: variable('p'), g, memory: variables, scalar: scalarNamed }, settings)
    return program(['p', ...memory].map(kind => ({ name: kind, value: next[kind] as Expression })))
  }
  const { equations, rowEquations } = definition
  const clipped = min(max(scaled, neg(bound)), bound)
  return {
    name,
    settings,
    memory,
    defaultLearningRate: settings.learningRate,
    program: programFor(equations, scaled),
    clippingProgram: programFor(equations, clipped),
    rowProgram: rowEquations ? programFor(rowEquations, scaled) : null,
    clippingRowProgram: rowEquations ? programFor(rowEquations, clipped) : null,
    scalars: (step, learningRate, isDecayed = true) =>
      definition.scalars(step, { ...settings, learningRate, ...(isDecayed ? {} : { weightDecay: 0 }) }),
    with: given =>
      optimizerOf(
        definition,
        completeSettings(`optimizer ${name}`, settings, limits as Limits<typeof settings>, given),
      ),
  }
}
