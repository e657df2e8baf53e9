/** The layer over time, rolled or unrolled. */
import { Rolled, type StateOverTime, type TimeDiagramProps, Unrolled } from '../parts/diagram/time-diagram.tsx'
import { plainSign, signOf } from '../parts/formula/signs.ts'
import { fixed, magnitude } from '../parts/numbers.ts'
import { gradientOfUnits, ofUnits } from '../parts/of-units.ts'
import { percent } from '../parts/share-bar.tsx'
import { Surface } from '../parts/surface.tsx'
import { model } from '../shell/open-model.ts'
import type { WalkAnswer, WalkLayer } from '../worker/stepper.ts'
import { key } from './keys.ts'
import { answerName, curve } from './prediction.tsx'
import { fields, layer, tokenAt, unitAt, walk } from './state.ts'
import { walkWords } from './words.ts'

/** What is kept first, what is let out last. */
function statesOf({ cell, stateNames }: WalkAnswer, shown: WalkLayer, tokens: number): StateOverTime[] {
  const states = Object.keys(cell.state).sort((a, b) => Number(a === cell.output) - Number(b === cell.output))
  const [of, unit] = [fields.of.value, unitAt.value]
  const rows = (flat: Float32Array): Float32Array[] => {
    const width = flat.length / tokens
    return Array.from({ length: tokens }, (_, t) => flat.subarray(t * width, (t + 1) * width))
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

export function TimePane() {
  const words = walkWords.value
  const [answer, shown] = [walk.answer.value, layer.value]
  if (!answer || !shown) return null
  const props: TimeDiagramProps = {
    tokens: answer.tokens,
    states: statesOf(answer, shown, answer.tokens.length),
    isReversed: shown.direction === 'backward',
    answers: curve.value.map(share => percent(share)),
    selected: tokenAt.value,
    onSelect: token => fields.token.set(token, 'settle'),
    weights: words.weights(shown.weights.toLocaleString('en')),
    delay: words.delay,
    cell: model.value?.cell ?? '',
    way: fields.way.value,
  }
  return (
    <>
      <Surface class="walk-time" label={words.sharedLabel(answer.tokens.length)} onKeyDown={key}>
        {fields.form.value === 'rolled' ? <Rolled {...props} /> : <Unrolled {...props} />}
      </Surface>
      <p class="arrows-legend">
        <span>
          <i class="ink" aria-hidden="true" />
          {words.legendForward}
        </span>
        <span>
          <i class="red" aria-hidden="true" />
          {shown.gradients ? words.legendBack(answerName.value) : words.noBack}
        </span>
      </p>
    </>
  )
}
