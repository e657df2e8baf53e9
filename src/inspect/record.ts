/**
 * What a model's cells did while they read one text: every named quantity and every state at every token.
 */
import type { Cell } from '../cells/define.ts'
import { OptionError } from '../errors/errors.ts'
import { didYouMean } from '../errors/nearest.ts'
import { shown } from '../errors/shown.ts'
import { stateWidth } from '../formula/equations.ts'
import type { Expression } from '../formula/expression.ts'
import { withoutMasks } from '../formula/without-masks.ts'
import { layerSuffix } from '../layers/recurrent-weights.ts'
import { matmul, noGradient, step, type Tensor } from '../tensor/index.ts'
import { directPaths } from './ledger-equations.ts'
import { directionsOf, isClassifier, type Reading, readingOf, type Subject, withCell } from './subject.ts'

/** A quantity of one layer and direction. */
export interface RecordedQuantity {
  /** Over the units, one for each token, in reading order. */
  readonly mean: readonly number[]
  /** [token][unit]. */
  readonly values: readonly (readonly number[])[]
}

export interface RecordedLayer {
  /** From 0. */
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  readonly cell: string
  readonly hidden: number
  /** The cell's named quantities, then its states. */
  readonly quantities: Readonly<Record<string, RecordedQuantity>>
  /** Of each state that has a ledger: see `ledger.ts`. */
  readonly paths: Readonly<Record<string, RecordedPath>>
}

/** s_t = keep_t ⊙ s_{t-1} + write_t: both at every token, and what the state began with. */
export interface RecordedPath {
  /** [token][unit] each. */
  readonly keep: readonly (readonly number[])[]
  readonly write: readonly (readonly number[])[]
  /** [token][unit]: the state after it. */
  readonly state: readonly (readonly number[])[]
  /** [unit]. */
  readonly initial: readonly number[]
}

export interface RecordedText {
  readonly tokens: readonly string[]
  readonly layers: readonly RecordedLayer[]
}

/**
 * Runs the recurrent layers over a text and records all of the cell's quantities and states. The answer has the same
 * bits as without recording.
 *
 * @param model  A text classifier or a language model.
 * @returns      Tokens in reading order in both directions; values at the token they belong to.
 */
export function recordText(model: Subject, text: string): RecordedText {
  const reading = readingOf(model, text)
  return { tokens: reading.tokens, layers: recordReading(model, reading) }
}

/**
 * The same of tokens.
 *
 * @param only  These quantities alone, without what a ledger needs: less to keep for a long text. @default all
 * @throws {OptionError} the cell has no such quantity.
 */
export function recordReading(subject: Subject, { ids }: Reading, only?: readonly string[]): RecordedLayer[] {
  const { cell } = subject.network
  const plan = only ? restricted(planOf(cell), only) : planOf(cell)
  const recording = withCell(subject, plan.cell)
  const directions = directionsOf(subject)
  return noGradient(() =>
    step(() => {
      const initial = initialStates(subject)
      return readAll(recording, ids, Object.keys(plan.cell.quantities)).map((recorded, k) => {
        const layer = Math.floor(k / directions)
        const hidden = subject.network.sizes.hidden[layer]
        const rows = (name: string, width = hidden) => rowsOf(recorded[name].toArray(), width)
        const suffix = layerSuffix(layer, k % directions)
        const values: Record<string, number[][]> = Object.fromEntries(plan.direct.map(name => [name, rows(name)]))
        for (const { name, state, operand, weight } of plan.projected) {
          const projection = subject.network.parameters().get(`rnn.weight_${weight}${suffix}`) as Tensor
          const projected = matmul(recorded[operand], projection, { transposeB: true })
          values[name] = rowsOf(projected.toArray(), stateWidth(cell, state, hidden))
        }
        const paths = plan.paths.map(({ state, name, keep, write }): [string, RecordedPath] => [
          state,
          { keep: rows(keep), write: rows(write), state: values[name], initial: initial(suffix, state, hidden) },
        ])
        return {
          layer,
          direction: k % directions === 0 ? 'forward' : 'backward',
          cell: cell.name,
          hidden,
          quantities: Object.fromEntries(
            plan.names.map(name => [name, { mean: values[name].map(meanOf), values: values[name] }]),
          ),
          paths: Object.fromEntries(paths),
        } satisfies RecordedLayer
      })
    }),
  )
}

/** What is recorded, and as what. */
interface Plan {
  /** The cell with all of that among its quantities. */
  readonly cell: Cell
  /** Of the result, in their order. */
  readonly names: readonly string[]
  /** Those of them that a device records as they are. */
  readonly direct: readonly string[]
  readonly projected: readonly { name: string; state: string; operand: string; weight: string }[]
  readonly paths: readonly { state: string; name: string; keep: string; write: string }[]
}

/** The name that a state's values go by: its own, unless a quantity has that. */
export const nameOfState = ({ quantities, state }: Cell, name: string): string =>
  Object.hasOwn(quantities, name) && quantities[name] !== state[name] ? `${name}[t]` : name

function planOf(model: Cell): Plan {
  const cell = withoutMasks(model)
  const quantities: Record<string, Expression> = { ...cell.quantities }
  const direct = Object.keys(cell.quantities)
  const names = [...direct]
  const projected: { name: string; state: string; operand: string; weight: string }[] = []
  for (const [state, e] of Object.entries(cell.state)) {
    const name = nameOfState(cell, state)
    if (!names.includes(name)) names.push(name)
    if (e.op === 'project') {
      const operand = `operand of ${state}`
      quantities[operand] = e.args[0]
      projected.push({ name, state, operand, weight: e.name as string })
    } else if (!Object.hasOwn(quantities, name)) {
      quantities[name] = e
      direct.push(name)
    }
  }
  const paths = [...directPaths(cell)].map(([state, { keep, write }]) => {
    const names = { keep: `keep of ${state}`, write: `write of ${state}` }
    quantities[names.keep] = keep
    quantities[names.write] = write
    return { state, name: nameOfState(cell, state), ...names }
  })
  return { cell: { ...cell, quantities }, names, direct, projected, paths }
}

/** @throws {OptionError} there is no quantity of such a name. */
function restricted({ cell, names, direct, projected }: Plan, only: readonly string[]): Plan {
  for (const name of only) {
    if (names.includes(name)) continue
    throw new OptionError(
      `quantity: expected one of ${cell.name} (${names.join(', ')}), got ${shown(name)}.${didYouMean(name, names)}`,
    )
  }
  const wanted = projected.filter(({ name }) => only.includes(name))
  const recorded = [...direct.filter(name => only.includes(name)), ...wanted.map(({ operand }) => operand)]
  const quantities = Object.fromEntries(recorded.map(name => [name, cell.quantities[name]]))
  return {
    cell: { ...cell, quantities },
    names: names.filter(name => only.includes(name)),
    direct: direct.filter(name => only.includes(name)),
    projected: wanted,
    paths: [],
  }
}

function readAll(subject: Subject, ids: Int32Array, names: readonly string[]): readonly Record<string, Tensor>[] {
  if (isClassifier(subject)) return subject.network.read([ids], names).recorded
  const { network } = subject
  return network.read(ids, 1, network.initialState(1), undefined, names).recorded
}

/** What a state begins with: what was learned, or what the cell's `first` says, or zeros. */
export function initialStates({ network }: Subject) {
  const parameters = network.parameters()
  return (suffix: string, state: string, hidden: number): number[] => {
    const learned = parameters.get(`rnn.initial_${state}${suffix}`)
    if (learned) return [...learned.toArray()]
    return new Array<number>(stateWidth(network.cell, state, hidden)).fill(network.cell.first[state] ?? 0)
  }
}

const rowsOf = (flat: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: flat.length / width }, (_, r) => Array.from({ length: width }, (_, j) => flat[r * width + j]))

const meanOf = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length
