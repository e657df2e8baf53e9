/** Birth of a memory: the same text's gates after each checkpoint kept, and a scrubber over them. */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Choice } from '../parts/choice.tsx'
import { largestMagnitude, type Scale } from '../parts/colours.ts'
import { Figure } from '../parts/figure.tsx'
import { HeatMap } from '../parts/heat-map.tsx'
import { Legend } from '../parts/legend.tsx'
import { isGate, quantityName, scaleOf } from '../parts/quantities.ts'
import { type Selection, settled, within } from '../parts/selection.ts'
import { percent, signedNumber, signedPercent } from '../parts/share-bar.tsx'
import { TokenStrip, visible } from '../parts/token-strip.tsx'
import { useAnswered } from '../shell/answered.ts'
import type { Birth } from './answers.ts'
import { born, pointAt, told, whenOf } from './sentence.ts'
import { fields, nameOf, shownQuantities, shownQuantity, shownRun, written } from './state.ts'
import { asked, training } from './training.ts'
import { trainWords } from './words.ts'

const PLAY_MS = 280
const NAMES_MOST = 60
const PIXELS_A_CHECKPOINT = 9
const PIXELS_A_UNIT = 6
const DETAIL_MOST = 260

export function BirthPane() {
  const words = trainWords.value
  const question = useComputed(() => {
    const begun = training.value
    if (!begun || written.value.trim() === '') return null
    const { beginning, checkpoints } = begun
    const run = shownRun.value
    return { run, text: written.value, quantity: shownQuantity.value, checkpoints: checkpoints.length, beginning }
  })
  const answer = useAnswered(question, (ask, signal) => asked().birth(ask, { signal }))
  useEffect(() => {
    const given = answer.answer.value
    born.value = given ? { ...given, quantity: question.peek()?.quantity ?? '' } : null
  }, [answer.answer.value])
  const birth = born.value
  return (
    <Figure title={words.birth} name="birth-of-a-memory" aside={<Choices />}>
      <p class="faint small">{words.birthAbout}</p>
      {answer.failure.value !== null && (
        <p class="train-failure" role="alert">
          {answer.failure.value}
        </p>
      )}
      {birth && birth.quantity === shownQuantity.value && <Pictures birth={birth} />}
    </Figure>
  )
}

function Choices() {
  const words = trainWords.value
  const runs = training.value?.runs ?? []
  return (
    <span class="train-choices">
      <Choice
        label={words.birthOf}
        test="birth-run"
        value={String(shownRun.value)}
        options={runs.map(({ contender }, run) => [String(run), nameOf(contender)])}
        onChoose={run => fields.run.set(Number(run))}
      />
      <Choice
        label={words.quantity}
        test="birth-quantity"
        value={shownQuantity.value}
        options={shownQuantities.value.map(name => [name, quantityName(name)])}
        onChoose={name => fields.quantity.set(name)}
      />
      <Choice<'change' | 'value'>
        label={words.as}
        test="birth-as"
        value={fields.as.value}
        options={[
          ['change', words.asChange],
          ['value', words.asValue],
        ]}
        onChoose={as => fields.as.set(as)}
      />
      <Choice<'mean' | 'unit'>
        label={words.shown}
        test="birth-of"
        value={fields.of.value}
        options={[
          ['mean', words.average],
          ['unit', words.unitOnly(fields.unit.value)],
        ]}
        onChoose={of => fields.of.set(of)}
      />
    </span>
  )
}

function Pictures({ birth }: { birth: Birth & { quantity: string } }) {
  const words = trainWords.value
  const { tokens, units, values, quantity } = birth
  const point = pointAt.value
  const { checkpoint, checkpoints } = point
  const isChange = fields.as.value === 'change'
  const overview = useMemo(
    () => overviewOf(birth, fields.of.value, point.unit, isChange),
    [birth, fields.of.value, point.unit, isChange],
  )
  const detail = useMemo(() => detailOf(birth, checkpoint, isChange), [birth, checkpoint, isChange])
  const scale = useMemo(() => (isChange ? changeScale(birth) : scaleOf(quantity, values)), [birth, isChange])
  const overviewScale = useMemo(() => ofOverview(scale, overview, fields.of.value), [scale, overview])
  const row = tokens.map((_, t) => overview[t * checkpoints + checkpoint])
  const name = isChange ? words.changeOf(quantityName(quantity)) : quantityName(quantity)
  const note = (t: number) => {
    const number = isGate(quantity) ? (isChange ? signedPercent : percent)(row[t]) : numberOn(row[t], overviewScale)
    return isChange && /^[^−]*[1-9]/.test(number) ? `+${number}` : number
  }
  return (
    <div class="train-birth">
      <Scrubber checkpoints={checkpoints} checkpoint={checkpoint} />
      <TokenStrip
        tokens={tokens}
        values={row}
        scale={overviewScale}
        selection={OVER_TOKENS}
        label={words.overview(name)}
        note={note}
      />
      <div class="train-maps">
        <MapName title={name} under={words.afterAll} scale={overviewScale} />
        <HeatMap
          values={overview}
          tokens={tokens.length}
          units={checkpoints}
          scale={overviewScale}
          selection={OVER_CHECKPOINTS}
          label={words.overview(name)}
          height={Math.max(60, PIXELS_A_CHECKPOINT * checkpoints)}
        />
        <MapName title={words.units(units)} under={whenOf(checkpoint)} scale={scale} />
        <HeatMap
          values={detail}
          tokens={tokens.length}
          units={units}
          scale={scale}
          selection={OVER_TOKENS}
          label={words.detail(name)}
          height={Math.min(DETAIL_MOST, Math.max(40, PIXELS_A_UNIT * units))}
        />
        {tokens.length <= NAMES_MOST && (
          <div class="train-axis" aria-hidden="true">
            {tokens.map((token, t) => (
              <span key={t}>
                <b>{visible(token)}</b>
              </span>
            ))}
          </div>
        )}
      </div>
    </div>
  )
}

function MapName({ title, under, scale }: { title: string; under: string; scale: Scale }) {
  return (
    <div class="train-map-name">
      <span>{title}</span>
      <span class="faint small">{under}</span>
      <Legend scale={scale} />
    </div>
  )
}

const telling = (field: { value: number }) => ({
  get value() {
    return field.value
  },
  set value(next: number) {
    told.value = 'birth'
    field.value = next
  },
})
const token = telling(settled(fields.token))
const OVER_TOKENS: Selection = { token, unit: telling(settled(fields.unit)), stretch: { value: null } }
const OVER_CHECKPOINTS: Selection = {
  token,
  unit: telling({
    get value() {
      return pointAt.value.checkpoint
    },
    set value(next: number) {
      fields.checkpoint.set(next, 'settle')
    },
  }),
  stretch: { value: null },
}

function Scrubber({ checkpoints, checkpoint }: { checkpoints: number; checkpoint: number }) {
  const words = trainWords.value
  const isPlaying = useSignal(false)
  const show = (next: number) => {
    told.value = 'birth'
    fields.checkpoint.set(within(next, checkpoints), 'settle')
  }
  useEffect(() => {
    if (!isPlaying.value) return
    const timer = setInterval(() => {
      const at = pointAt.peek()
      if (at.checkpoint + 1 >= at.checkpoints) isPlaying.value = false
      else show(at.checkpoint + 1)
    }, PLAY_MS)
    return () => clearInterval(timer)
  }, [isPlaying.value, checkpoints])
  const play = () => {
    if (!isPlaying.value && checkpoint + 1 >= checkpoints) show(0)
    isPlaying.value = !isPlaying.value
  }
  return (
    <div class="train-scrubber" data-not-saved>
      <button type="button" data-test="play" disabled={checkpoints < 2} onClick={play}>
        {isPlaying.value ? words.stop : words.play}
      </button>
      <label>
        {words.scrubber}
        <input
          type="range"
          min={0}
          max={checkpoints - 1}
          value={checkpoint}
          data-test="scrubber"
          aria-valuetext={whenOf(checkpoint)}
          onInput={event => show(Number(event.currentTarget.value))}
        />
      </label>
      <output data-test="when">{whenOf(checkpoint)}</output>
    </div>
  )
}

/** [token][checkpoint]; of a change, what was there before training is taken off. */
function overviewOf({ tokens, units, values, means }: Birth, of: 'mean' | 'unit', unit: number, isChange: boolean) {
  const checkpoints = means.length / tokens.length
  const at = (t: number, k: number) =>
    of === 'mean' ? means[t * checkpoints + k] : values[(k * tokens.length + t) * units + unit]
  return means.map((_, place) => {
    const [t, k] = [Math.floor(place / checkpoints), place % checkpoints]
    return at(t, k) - (isChange ? at(t, 0) : 0)
  })
}

/** [token][unit] of one checkpoint. */
function detailOf({ tokens, units, values }: Birth, checkpoint: number, isChange: boolean): Float32Array {
  const size = tokens.length * units
  const now = values.subarray(checkpoint * size, (checkpoint + 1) * size)
  return isChange ? now.map((x, k) => x - values[k]) : now
}

/** One scale for all checkpoints, so that they can be compared. */
function changeScale(birth: Birth & { quantity: string }): Scale {
  const checkpoints = birth.means.length / birth.tokens.length
  const limits = Array.from({ length: checkpoints }, (_, k) => largestMagnitude(detailOf(birth, k, true)))
  return { kind: 'signed', limit: Math.max(...limits), isPercent: isGate(birth.quantity) }
}

/** Small numbers with the digits that tell them apart. */
const numberOn = (value: number, { limit }: Scale): string =>
  limit >= 0.1 ? signedNumber(value) : value.toFixed(4).replace('-', '−')

/** A mean of many signed numbers is small: its own largest is the end of the scale. */
const ofOverview = (scale: Scale, values: ArrayLike<number>, of: 'mean' | 'unit'): Scale =>
  scale.kind === 'share' || of === 'unit' ? scale : { ...scale, limit: largestMagnitude(values) }
