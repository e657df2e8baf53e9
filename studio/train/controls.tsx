/** Start, pause, one batch, from the beginning; and how far it is. */

import { Choice } from '../parts/choice.tsx'
import { fields, PACES, settings, table } from './state.ts'
import { again, goOn, oneStep, pause, phase, training } from './training.ts'
import { trainWords } from './words.ts'

export function Controls() {
  const words = trainWords.value
  const now = phase.value
  const begun = training.value
  const isBusy = now === 'preparing' || (fields.data.value === 'own' && table.value === null)
  return (
    <div class="train-controls">
      {now === 'running' ? (
        <button type="button" class="primary" data-test="pause" onClick={pause}>
          {words.pause}
        </button>
      ) : (
        <button
          type="button"
          class="primary"
          data-test="go"
          disabled={isBusy || now === 'finished'}
          onClick={() => void goOn()}
        >
          {begun && begun.steps > 0 ? words.goOn : words.start}
        </button>
      )}
      <button
        type="button"
        data-test="step"
        disabled={isBusy || now === 'running' || now === 'finished'}
        onClick={() => void oneStep()}
      >
        {words.step}
      </button>
      <button type="button" data-test="again" disabled={begun === null} onClick={again}>
        {words.again}
      </button>
      <Choice
        label={words.pace}
        test="pace"
        value={fields.pace.value}
        options={PACES.map(pace => [pace, words[pace]])}
        onChoose={pace => fields.pace.set(pace)}
      />
      <Distance />
    </div>
  )
}

function Distance() {
  const words = trainWords.value
  const begun = training.value
  if (phase.value === 'preparing') return <span class="faint">{words.preparing}</span>
  if (begun === null) return <span class="faint">{words.notYet}</span>
  const epoch = Math.max(1, Math.ceil(begun.steps / begun.stepsAnEpoch))
  const at = words.at(
    begun.steps.toLocaleString('en'),
    begun.stepsInAll.toLocaleString('en'),
    epoch,
    settings.value.epochs,
  )
  return (
    <span class="train-distance">
      <progress max={begun.stepsInAll} value={begun.steps} aria-label={at} />
      <span data-test="distance" data-steps={begun.steps}>
        {at}
      </span>
    </span>
  )
}
