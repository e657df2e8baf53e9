/** A layer's states for the picture over time: what is kept first, what is let out last. */
import type { WalkAnswer, WalkLayer } from '../../worker/stepper.ts'
import { plainSign, signOf } from '../formula/signs.ts'
import { fixed, magnitude } from '../numbers.ts'
import { gradientOfUnits, type Of, ofUnits } from '../of-units.ts'
import type { StateOverTime } from './time-diagram.tsx'

export function statesOverTime(answer: WalkAnswer, shown: WalkLayer, of: Of, unit: number): StateOverTime[] {
  const { cell, stateNames, tokens } = answer
  const states = Object.keys(cell.state).sort((a, b) => Number(a === cell.output) - Number(b === cell.output))
  const rows = (flat: Float32Array): Float32Array[] => {
    const width = flat.length / tokens.length
    return tokens.map((_, t) => flat.subarray(t * width, (t + 1) * width))
  }
  return states.map(state => {
    const name = stateNames[state]
    const gradients = shown.gradients?.[name]
    return {
      key: state,
      letter: plainSign(signOf(state, cell)),
      values: rows(shown.values[name]).map(row => fixed(ofUnits(row, of, unit))),
      gradients: gradients ? rows(gradients).map(row => Math.abs(gradientOfUnits(row, of, unit))) : null,
      printGradient: magnitude,
    }
  })
}

/** [T]: the probability after each token, of the label of the whole text or of the token that came next. */
export function answersOverTime({ predictions }: WalkAnswer): number[] {
  const last = predictions.at(-1)
  const label = last && 'label' in last ? last.label : ''
  return predictions.map(p => ('label' in p ? p.probabilities[label] : p.probability))
}
