/** Slow motion, and whose numbers are shown. */
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
      <label>
        {words.way}
        <select
          data-test="way"
          value={fields.way.value}
          onChange={event => fields.way.set(event.currentTarget.value as (typeof WAYS)[number])}
        >
          {WAYS.map(way => (
            <option key={way} value={way}>
              {words[way]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.speed}
        <select
          data-test="speed"
          value={fields.speed.value}
          onChange={event => fields.speed.set(event.currentTarget.value as (typeof SPEEDS)[number])}
        >
          {SPEEDS.map(speed => (
            <option key={speed} value={speed}>
              {speed}×
            </option>
          ))}
        </select>
      </label>
      <label>
        {words.numbersOf}
        <select
          data-test="of"
          value={fields.of.value}
          onChange={event => fields.of.set(event.currentTarget.value as (typeof OF)[number])}
        >
          {OF.map(of => (
            <option key={of} value={of}>
              {words.of[of]}
            </option>
          ))}
        </select>
      </label>
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
    <label>
      {words.layer}
      <select
        data-test="layer"
        value={layerAt.value}
        onChange={event => fields.layer.set(Number(event.currentTarget.value))}
      >
        {layers.map((one, k) => (
          <option key={k} value={k}>
            {words.layerName(one.layer + 1, one.direction === 'backward')}
          </option>
        ))}
      </select>
    </label>
  )
}
