/** Slow motion, and whose numbers are shown. */
import { Choice } from '../parts/choice.tsx'
import { OF } from '../parts/of-units.ts'
import { within } from '../parts/selection.ts'
import { isPlaying, pause, play } from './player.ts'
import { fields, layer, layerAt, move, SPEEDS, unitAt, WAYS, walk } from './state.ts'
import { walkWords } from './words.ts'

export function Controls() {
  const words = walkWords.value
  const units = layer.value?.hidden ?? 1
  return (
    <div class="walk-controls" data-not-saved>
      <span class="buttons">
        <button
          type="button"
          aria-label={words.stepBack}
          title={words.stepBack}
          data-test="step-back"
          onClick={() => move(-1)}
        >
          ‹
        </button>
        <button type="button" class="primary" data-test="play" onClick={() => (isPlaying.value ? pause() : play())}>
          {isPlaying.value ? words.pause : words.play}
        </button>
        <button
          type="button"
          aria-label={words.stepOn}
          title={words.stepOn}
          data-test="step-on"
          onClick={() => move(1)}
        >
          ›
        </button>
      </span>
      <Choice
        label={words.way}
        test="way"
        value={fields.way.value}
        options={WAYS.map(way => [way, words[way]])}
        onChoose={way => fields.way.set(way)}
      />
      <Choice
        label={words.speed}
        test="speed"
        value={fields.speed.value}
        options={SPEEDS.map(speed => [speed, `${speed}×`])}
        onChoose={speed => fields.speed.set(speed)}
      />
      <Choice
        label={words.numbersOf}
        test="of"
        value={fields.of.value}
        options={OF.map(of => [of, words.of[of]])}
        onChoose={of => fields.of.set(of)}
      />
      <label>
        {words.unit}
        <input
          type="number"
          data-test="unit"
          min={0}
          max={units - 1}
          disabled={fields.of.value !== 'unit'}
          value={unitAt.value}
          onInput={event =>
            fields.unit.set(within(Math.round(event.currentTarget.valueAsNumber) || 0, units), 'settle')
          }
        />
      </label>
      <LayerChoice />
    </div>
  )
}

function LayerChoice() {
  const words = walkWords.value
  const layers = walk.answer.value?.layers ?? []
  if (layers.length < 2) return null
  return (
    <Choice
      label={words.layer}
      test="layer"
      value={String(layerAt.value)}
      options={layers.map((one, k) => [String(k), words.layerName(one.layer + 1, one.direction === 'backward')])}
      onChoose={k => fields.layer.set(Number(k))}
    />
  )
}
