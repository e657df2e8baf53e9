/** The layer over time, rolled or unrolled. */
import { statesOverTime } from '../parts/diagram/states-over-time.ts'
import { Rolled, type TimeDiagramProps, Unrolled } from '../parts/diagram/time-diagram.tsx'
import { percent } from '../parts/share-bar.tsx'
import { Surface } from '../parts/surface.tsx'
import { model } from '../shell/open-model.ts'
import { key } from './keys.ts'
import { answerName, curve } from './prediction.tsx'
import { fields, layer, tokenAt, unitAt, walk } from './state.ts'
import { walkWords } from './words.ts'

export function TimePane() {
  const words = walkWords.value
  const [answer, shown] = [walk.answer.value, layer.value]
  if (!answer || !shown) return null
  const props: TimeDiagramProps = {
    tokens: answer.tokens,
    states: statesOverTime(answer, shown, fields.of.value, unitAt.value),
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
      <Surface class="walk-time time-scroll" label={words.sharedLabel(answer.tokens.length)} onKeyDown={key}>
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
