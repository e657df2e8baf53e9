/**
 * Defining an optimizer: its equations written once over one weight, its gradient and what it remembers of the past.
 * The device compiles them to one fused pass over all of it, like a cell's.
 */
import type { Expression } from '../../formula/expression.ts'
import { mul, scalar as scalarNamed, variable } from '../../formula/expression.ts'
import { type Program, program } from '../../formula/program.ts'

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

export interface OptimizerDefinition<Settings> {
  readonly name: string
  /** Names of the vectors that it remembers for each weight (first moment, …). */
  readonly memory: readonly string[]
  readonly defaults: Settings & { readonly learningRate: number }
  /** The next value of the weight (`p`) and of each memory. */
  equations(builder: OptimizerBuilder): { readonly p: Expression } & Readonly<Record<string, Expression>>
  /** The numbers of step `step` (from 1); `learningRate` is the schedule's value. */
  scalars(step: number, settings: Settings & { learningRate: number }): Readonly<Record<string, number>>
}

/**
 * An optimizer's equations compiled to one point-wise program: p, g, memory in; p, memory out, in place. The program
 * has one scalar more than the equations: `gradientScale`, which the raw gradient is multiplied with.
 */
export interface Optimizer {
  readonly name: string
  readonly memory: readonly string[]
  readonly defaultLearningRate: number
  readonly program: Program
  /** The equations' numbers for a step (from 1), by name. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>
}

/** Makes an optimizer from its equations. The built-in ones stand in this folder, one file each. */
export function defineOptimizer<Settings extends object>(definition: OptimizerDefinition<Settings>): Optimizer {
  const memory = Object.fromEntries(definition.memory.map(name => [name, variable(name)]))
  // Clipping by the global norm and averaging are one factor, applied in the same pass.
  const g = mul(variable('g'), scalarNamed('gradientScale'))
  const next = definition.equations({ p: variable('p'), g, memory, scalar: scalarNamed })
  const names = ['p', ...definition.memory]
  return {
    name: definition.name,
    memory: definition.memory,
    defaultLearningRate: definition.defaults.learningRate,
    program: program(names.map(name => ({ name, value: next[name] as Expression }))),
    scalars: (step, learningRate) => definition.scalars(step, { ...definition.defaults, learningRate }),
  }
}
