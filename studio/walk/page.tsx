/** The Walk view: a cell made from its equations, one step after another, forwards and back. */
import { Figure } from '../parts/figure.tsx'
import { visible } from '../parts/token-strip.tsx'
import { useNarrator } from '../shell/narrator.tsx'
import { useShown } from '../shell/shown.ts'
import { CellPane } from './cell-pane.tsx'
import { Controls } from './controls.tsx'
import { Equations } from './equations.tsx'
import { PredictionPane } from './prediction.tsx'
import { sentence } from './sentence.ts'
import { currentText, fields, isOpen, tokenAt, unchanged, walk, writeText } from './state.ts'
import { TimePane } from './time-pane.tsx'
import './walk.css'
import { walkWords } from './words.ts'

export function Page() {
  useShown(isOpen)
  useNarrator(sentence)
  const words = walkWords.value
  const failure = walk.failure.value ?? unchanged.failure.value
  const answer = walk.answer.value
  return (
    <div class="walk">
      <label class="walk-text">
        <span class="faint">{words.textHint}</span>
        <textarea
          rows={2}
          aria-label={words.text}
          data-test="text"
          value={currentText.value}
          onInput={event => writeText(event.currentTarget.value)}
        />
      </label>
      <PredictionPane />
      {failure !== null && (
        <p class="failure" role="alert" data-test="walk-failure">
          {failure}
        </p>
      )}
      {answer && (
        <>
          <Controls />
          <Figure title={words.overTime} name="over-time" aside={<FormChoice />}>
            <TimePane />
          </Figure>
          <div class="walk-step">
            <Figure title={words.oneStep(tokenAt.value + 1, visible(answer.tokens[tokenAt.value]))} name="cell">
              <CellPane />
            </Figure>
            <Equations />
          </div>
        </>
      )}
    </div>
  )
}

function FormChoice() {
  const words = walkWords.value
  return (
    <span class="choice" data-not-saved>
      {(['unrolled', 'rolled'] as const).map(form => (
        <button
          key={form}
          type="button"
          data-test={form}
          aria-pressed={fields.form.value === form}
          onClick={() => fields.form.set(form)}
        >
          {words[form]}
        </button>
      ))}
    </span>
  )
}
