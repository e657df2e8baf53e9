/**
 * A classifier's network written out in plain 64-bit loops for the tests, lstm and gru only: it shares no code with the
 * formula language, the devices or the inspection.
 */
import type { ClassifierNetwork } from '../models/classifier-network.ts'

type Row = number[]
type Gates = Readonly<Record<string, Row>>

export interface PlainDirection {
  /** Gates and states at each token, in reading order. */
  readonly tokens: readonly Gates[]
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** What may be changed of a step's gates before they are used. */
export type Meddle = (gates: Record<string, Row>) => void

export function plainRead(network: ClassifierNetwork, ids: ArrayLike<number>, meddle: Meddle = () => {}) {
  const weights = new Map([...network.parameters()].map(([name, t]) => [name, { shape: t.shape, data: t.toArray() }]))
  const row = (name: string, r: number): Row => {
    const { shape, data } = weights.get(name) as { shape: readonly number[]; data: ArrayLike<number> }
    const width = shape[shape.length - 1]
    return Array.from({ length: width }, (_, k) => data[r * width + k])
  }
  const vector = (name: string): Row => row(name, 0)
  const times = (name: string, x: Row, rows: number): Row =>
    Array.from({ length: rows }, (_, r) => row(name, r).reduce((sum, w, k) => sum + w * x[k], 0))
  const { hidden, bidirectional } = network.sizes
  const directions = bidirectional ? ['', '_reverse'] : ['']
  let inputs = Array.from(ids, id => row('embedding.weight', id))
  const layers: PlainDirection[] = []
  hidden.forEach((H, layer) => {
    const outputs = directions.map(suffix => {
      const end = `_l${layer}${suffix}`
      const blocks = network.cell.name === 'lstm' ? 4 : 3
      const initial = (state: string) =>
        weights.has(`rnn.initial_${state}${end}`) ? vector(`rnn.initial_${state}${end}`) : new Array<number>(H).fill(0)
      let state: Record<string, Row> = { h: initial('h'), c: network.cell.name === 'lstm' ? initial('c') : [] }
      const tokens: Gates[] = []
      const places = [...inputs.keys()]
      for (const t of suffix ? places.reverse() : places) {
        const ofX = times(`rnn.weight_ih${end}`, inputs[t], blocks * H).map(
          (z, r) => z + vector(`rnn.bias_ih${end}`)[r],
        )
        const ofH = times(`rnn.weight_hh${end}`, state.h, blocks * H).map((z, r) => z + vector(`rnn.bias_hh${end}`)[r])
        const block = (z: Row, k: number) => z.slice(k * H, (k + 1) * H)
        const sum = (k: number) => block(ofX, k).map((z, j) => z + block(ofH, k)[j])
        const gates =
          network.cell.name === 'lstm'
            ? lstmStep(sum, state, meddle)
            : gruStep(sum, state, meddle, j => [block(ofX, 2)[j], block(ofH, 2)[j]])
        state = { h: gates.h, c: gates.c ?? [] }
        tokens[t] = gates
      }
      layers.push({ tokens })
      return tokens
    })
    inputs = inputs.map((_, t) => outputs.flatMap(tokens => tokens[t].h))
  })
  const top = layers.slice(-directions.length).map(({ tokens }, k) => tokens[k === 1 ? 0 : tokens.length - 1].h)
  const logits = times('linear.weight', top.flat(), network.sizes.classes).map((z, c) => z + vector('linear.bias')[c])
  const powers = logits.map(z => Math.exp(z - Math.max(...logits)))
  const total = powers.reduce((a, b) => a + b, 0)
  return { layers, probabilities: powers.map(p => p / total) }
}

function lstmStep(sum: (k: number) => Row, state: Record<string, Row>, meddle: Meddle): Record<string, Row> {
  const gates: Record<string, Row> = {
    inputGate: sum(0).map(sigmoid),
    forgetGate: sum(1).map(sigmoid),
    candidate: sum(2).map(Math.tanh),
    outputGate: sum(3).map(sigmoid),
  }
  meddle(gates)
  const c = state.c.map((v, j) => gates.forgetGate[j] * v + gates.inputGate[j] * gates.candidate[j])
  return { ...gates, h: c.map((v, j) => gates.outputGate[j] * Math.tanh(v)), c }
}

function gruStep(
  sum: (k: number) => Row,
  state: Record<string, Row>,
  meddle: Meddle,
  halves: (j: number) => [number, number],
): Record<string, Row> {
  const gates: Record<string, Row> = { resetGate: sum(0).map(sigmoid), updateGate: sum(1).map(sigmoid) }
  meddle(gates)
  gates.candidate = state.h.map((_, j) => Math.tanh(halves(j)[0] + gates.resetGate[j] * halves(j)[1]))
  const { updateGate: z, candidate: n } = gates
  return { ...gates, h: state.h.map((v, j) => (1 - z[j]) * n[j] + z[j] * v) }
}
