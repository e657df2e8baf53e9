/**
 * Beside the pictures: the prediction, and every quantity of the selected token and unit, with the sliders that clamp
 * gates.
 */
import { isGate, quantityName, quantitySign, scaleOf } from '../parts/quantities.ts'
import { percent } from '../parts/share-bar.tsx'
import { Answers } from '../parts/shares.tsx'
import { visible } from '../parts/token-strip.tsx'
import { quantityNames } from './colouring.ts'
import { readout } from './readout.ts'
import { before, clamp, fields, layerOf, predictionsAfter, predictionsBefore, tokenAt, unitAt } from './state.ts'
import { readWords } from './words.ts'

const LABELS_MOST = 6

export function PredictionPane() {
  const words = readWords.value
  const was = predictionsBefore.answer.value?.at(-1)
  const is = predictionsAfter.answer.value?.at(-1)
  if (!was) return null
  return (
    <section class="pane" aria-label={words.prediction}>
      <h2>{'label' in was ? words.prediction : words.next}</h2>
      {is ? (
        <div class="before-after">
          <div>
            <h3>{words.before}</h3>
            <Answers prediction={was} most={LABELS_MOST} test="prediction" />
          </div>
          <div>
            <h3>{words.after}</h3>
            <Answers prediction={is} most={LABELS_MOST} test="prediction-after" />
          </div>
        </div>
      ) : (
        <Answers prediction={was} most={LABELS_MOST} test="prediction" />
      )}
    </section>
  )
}

export function AtToken() {
  const words = readWords.value
  const read = before.answer.value
  const layer = layerOf(read)
  if (!read || !layer) return null
  const t = tokenAt.value
  const unit = unitAt.value
  return (
    <section class="pane" aria-label={words.here}>
      <h2>
        {visible(read.tokens[t])} <span class="faint">{words.tokenOf(t + 1, read.tokens.length)}</span>
      </h2>
      <table class="quantities" data-test="quantities">
        <thead>
          <tr>
            <td />
            <th scope="col">{words.mean}</th>
            <th scope="col">{words.oneUnit(unit)}</th>
            <th scope="col">{words.clamp}</th>
          </tr>
        </thead>
        <tbody>
          {quantityNames.value.map(name => {
            const { mean, values, units } = layer.quantities[name]
            const scale = scaleOf(name, values)
            const own = unit < units ? values[t * units + unit] : Number.NaN
            return (
              <tr key={name} data-quantity={name}>
                <th scope="row">
                  {quantityName(name)} <i>{quantitySign(name, quantityNames.value)}</i>
                </th>
                <td>{readout(mean[t], scale)}</td>
                <td>{Number.isNaN(own) ? '' : readout(own, scale)}</td>
                <td>{isGate(name) && <Clamp quantity={name} first={mean[t]} />}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

/** A gate held at one value at every token. */
function Clamp({ quantity, first }: { quantity: string; first: number }) {
  const words = readWords.value
  const value = fields.clamps.value[quantity]
  const isFree = value === undefined
  const name = words.clampOf(quantityName(quantity))
  return (
    <span class="clamp" data-free={isFree ? '' : undefined}>
      <input
        type="range"
        min={0}
        max={1}
        step={0.05}
        value={isFree ? first : value}
        aria-label={name}
        aria-valuetext={isFree ? words.free : percent(value)}
        data-test={`clamp-${quantity}`}
        onInput={event => clamp(quantity, Number(event.currentTarget.value))}
      />
      <span class="clamp-value">{isFree ? words.free : percent(value)}</span>
    </span>
  )
}
