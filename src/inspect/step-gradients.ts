/**
 * How strongly a prediction hangs on what a cell computed at each step: back-propagation through time, looked at.
 */
import type { Cell } from '../cells/define.ts'
import { type Equations, rootsOf, stateWidth } from '../formula/equations.ts'
import { add, type Expression, previous, topological } from '../formula/expression.ts'
import { withoutMasks } from '../formula/without-masks.ts'
import { merged } from '../layers/merge.ts'
import { Packed } from '../layers/packed.ts'
import { packedOrder } from '../layers/packing.ts'
import { Recurrent } from '../layers/recurrent.ts'
import type { RecurrentState } from '../layers/recurrent-options.ts'
import { layerSuffix } from '../layers/recurrent-weights.ts'
import {
  add as addTensors,
  backward,
  concat,
  crossEntropy,
  detach,
  reshape,
  slice,
  step,
  type Tensor,
  takeRows,
  tensor,
  zeros,
} from '../tensor/index.ts'
import { initialStates, nameOfState } from './record.ts'
import { deviceOf, directionsOf, embeddingOf, isClassifier, type Reading, type Subject } from './subject.ts'

/** Of one layer and direction: by the names of quantities and states, [token][unit], in reading order. */
export interface StepGradients {
  readonly layer: number
  readonly direction: 'forward' | 'backward'
  /** ∂ log p / ∂ of the quantity at that token: all ways from there to the prediction together. */
  readonly quantities: Readonly<Record<string, readonly (readonly number[])[]>>
}

/**
 * The gradient of log p with respect to every quantity and state at every step, where p is the probability of `answer`.
 *
 * Each is nudged by a vector of zeros of its own, added where it is defined; the gradient of the nudge is that of the
 * quantity. The sums go over all later steps and layers, within the step too: that of c_t has in it what goes by h_t.
 *
 * @param answer  The number of a label, or the id of a token that would come next.
 * @returns       Layer by layer, the forward direction first.
 */
export function stepGradientsOf(subject: Subject, { ids }: Reading, answer: number): StepGradients[] {
  const nudged = nudgedCell(withoutMasks(subject.network.cell))
  return step(() => {
    const runs: LayerRun[] = []
    const directions = directionsOf(subject)
    const last: RecurrentState[] = []
    let x = takeRows(detach(embeddingOf(subject.network.parameters())), ids)
    for (let layer = 0; layer < subject.network.sizes.hidden.length; layer++) {
      const outputs = Array.from({ length: directions }, (_, direction) => {
        const run = runLayer(subject, nudged, { x, layer, direction })
        runs.push(run)
        last.push(run.last)
        return run.output
      })
      x = outputs.length === 1 ? outputs[0] : merged(outputs[0], outputs[1], mergeOf(subject))
    }
    backward(crossEntropy(logitsOf(subject, x, last), [answer]))
    return runs.map(({ layer, direction, nudges }) => ({
      layer,
      direction: direction === 0 ? 'forward' : 'backward',
      quantities: Object.fromEntries(
        nudged.names.flatMap(([name, nudge]) => {
          const rows = nudges.map(of => of.get(nudge)).filter(t => t !== undefined)
          return rows.length === 0 ? [] : [[name, rows.map(rowOfGradient)]]
        }),
      ),
    }))
  })
}

/** Of the loss −log p, the other way round. */
function rowOfGradient(nudge: Tensor): number[] {
  const { gradient } = nudge
  return gradient ? Array.from(gradient.toArray(), g => 0 - g) : new Array<number>(nudge.shape[1]).fill(0)
}

interface NudgedCell {
  readonly cell: Cell
  /** States of `cell` whose value is what is added to a quantity. */
  readonly inside: readonly string[]
  /** Projected states, which stand in products only: nudged when the step is done. [its name, its nudge]. */
  readonly after: readonly (readonly [string, string])[]
  /** [what a person knows it by, its nudge]. */
  readonly names: readonly (readonly [string, string])[]
}

const nudgeOf = (k: number): string => `nudge_${k}`

function nudgedCell(cell: Cell): NudgedCell {
  const named: [string, Expression][] = [
    ...Object.entries(cell.quantities),
    ...Object.entries(cell.state).map(([s, e]): [string, Expression] => [nameOfState(cell, s), e]),
  ]
  const nudges = new Map<Expression, string>()
  for (const [, e] of named) if (e.op !== 'previous' && !nudges.has(e)) nudges.set(e, nudgeOf(nudges.size))
  const inside = [...nudges].filter(([e]) => e.op !== 'project')
  const done = new Map<Expression, Expression>()
  for (const e of topological(rootsOf(cell))) {
    const args = e.args.map(a => done.get(a) as Expression)
    const same = args.every((a, k) => a === e.args[k]) ? e : { ...e, args }
    const nudge = e.op === 'project' ? undefined : nudges.get(e)
    done.set(e, nudge === undefined ? same : add(same, previous(nudge)))
  }
  const all = (record: Equations['state']) =>
    Object.fromEntries(Object.entries(record).map(([name, e]) => [name, done.get(e) as Expression]))
  const carried = inside.map(([, nudge]): [string, Expression] => [nudge, previous(nudge)])
  return {
    cell: { ...cell, state: { ...all(cell.state), ...Object.fromEntries(carried) }, quantities: all(cell.quantities) },
    inside: inside.map(([, nudge]) => nudge),
    after: Object.entries(cell.state).flatMap(([s, e]) =>
      e.op === 'project' ? [[s, nudges.get(e) as string] as const] : [],
    ),
    names: named.flatMap(([name, e]) => (nudges.has(e) ? [[name, nudges.get(e) as string] as const] : [])),
  }
}

interface LayerRun {
  readonly layer: number
  readonly direction: number
  /** By token, in reading order. */
  readonly nudges: readonly ReadonlyMap<string, Tensor>[]
  /** [T, width], in reading order. */
  readonly output: Tensor
  readonly last: RecurrentState
}

/** One layer in one direction, token by token, each with nudges of its own. */
function runLayer(
  subject: Subject,
  { cell, inside, after }: NudgedCell,
  { x, layer, direction }: { readonly x: Tensor; readonly layer: number; readonly direction: number },
): LayerRun {
  const { network } = subject
  const suffix = layerSuffix(layer, direction)
  const hidden = network.sizes.hidden[layer]
  const parameters = network.parameters()
  const [tokens, inputSize] = x.shape
  const recurrent = new Recurrent(cell, {
    inputSize,
    hiddenSize: hidden,
    source: name => detach(parameters.get(`rnn.${name.replace(/_l0$/, suffix)}`) as Tensor),
  })
  const device = deviceOf(subject)
  const fresh = (width: number) => zeros([1, width], { device, requiresGradient: true })
  const initial = initialStates(subject)
  let state: RecurrentState = Object.fromEntries(
    Object.keys(network.cell.state).map(s => {
      const values = initial(suffix, s, hidden)
      return [s, tensor(values, [1, values.length], { device })]
    }),
  )
  const nudges = new Array<Map<string, Tensor>>(tokens)
  const outputs = new Array<Tensor>(tokens)
  for (let k = 0; k < tokens; k++) {
    const t = direction === 0 ? k : tokens - 1 - k
    const own = new Map(inside.map(nudge => [nudge, fresh(hidden)]))
    const row = reshape(slice(x, 0, t, t + 1), [1, 1, inputSize])
    const run = recurrent.forward(row, [{ ...state, ...Object.fromEntries(own) }])
    const next: Record<string, Tensor> = { ...run.state[0] }
    for (const [name, nudge] of after) {
      const leaf = fresh(stateWidth(cell, name, hidden))
      own.set(nudge, leaf)
      next[name] = addTensors(next[name], leaf)
    }
    state = next
    nudges[t] = own
    outputs[t] = next[cell.output]
  }
  return { layer, direction, nudges, output: outputs.length === 1 ? outputs[0] : concat(outputs, 0), last: state }
}

const mergeOf = ({ network }: Subject) => ('merge' in network.sizes ? network.sizes.merge : 'concat')

/** [1, C] */
function logitsOf(subject: Subject, rows: Tensor, last: readonly RecurrentState[]): Tensor {
  const [tokens] = rows.shape
  if (!isClassifier(subject)) return subject.network.logits(slice(rows, 0, tokens - 1, tokens))
  return subject.network.answer({ output: new Packed(rows, packedOrder(Int32Array.of(tokens))), state: [...last] })
}
