/** Every quantity at every unit and token, one under the other on one axis of time. */
import { useComputed } from '@preact/signals'
import { Choice } from '../parts/choice.tsx'
import type { Scale } from '../parts/colours.ts'
import { Figure } from '../parts/figure.tsx'
import { HeatMap } from '../parts/heat-map.tsx'
import { Legend } from '../parts/legend.tsx'
import { quantityName, quantitySign, scaleOf } from '../parts/quantities.ts'
import { visible } from '../parts/token-strip.tsx'
import { textLanguage } from '../shell/open-model.ts'
import type { PaintedLayer, PaintedQuantity } from './answers.ts'
import { quantityNames } from './colouring.ts'
import { after, before, fields, layerOf, ORDERS, SHOWN, selection } from './state.ts'
import { readWords } from './words.ts'

const HEIGHT_LEAST = 64
const HEIGHT_MOST = 128
const PIXELS_A_UNIT = 1
/** Beyond so many tokens their names would lie over one another. */
const NAMES_MOST = 48

const ORDER_WORDS = { index: 'orderIndex', mean: 'orderMean', 'half-life': 'orderHalfLife' } as const

export function Maps() {
  const words = readWords.value
  const tokens = before.answer.value?.tokens ?? []
  const order = useComputed(() => orderOf(layerOf(before.answer.value), fields.order.value))
  const maps = useComputed(() => mapsOf(layerOf(before.answer.value), layerOf(after.answer.value), fields.shown.value))
  return (
    <Figure title={words.maps} name="gates" aside={<Choices />}>
      <div class="maps">
        {maps.value.map(({ name, values, units, scale }) => (
          <div class="map" key={name}>
            <div class="map-name">
              <span>
                {quantityName(name)} <i>{quantitySign(name, quantityNames.value)}</i>
              </span>
              <Legend scale={scale} />
            </div>
            <HeatMap
              values={values}
              tokens={tokens.length}
              units={units}
              scale={scale}
              selection={selection}
              label={words.heatMap(quantityName(name))}
              height={Math.min(HEIGHT_MOST, Math.max(HEIGHT_LEAST, units * PIXELS_A_UNIT))}
              {...(order.value?.length === units && { order: order.value })}
            />
          </div>
        ))}
        {tokens.length <= NAMES_MOST && (
          <div class="map-axis" aria-hidden="true" lang={textLanguage.value}>
            {tokens.map((token, t) => (
              <span key={t}>
                <b>{visible(token)}</b>
              </span>
            ))}
          </div>
        )}
      </div>
    </Figure>
  )
}

function Choices() {
  const words = readWords.value
  const layers = before.answer.value?.layers ?? []
  return (
    <span class="read-colour">
      {layers.length > 1 && (
        <Choice
          label={words.layer}
          test="layer"
          value={String(Math.min(fields.layer.value, layers.length - 1))}
          options={layers.map(({ layer, direction }, k) => [String(k), words.layerName(layer, words[direction])])}
          onChoose={k => fields.layer.set(Number(k))}
        />
      )}
      <Choice
        label={words.order}
        value={fields.order.value}
        options={ORDERS.map(order => [order, words[ORDER_WORDS[order]]])}
        onChoose={order => fields.order.set(order)}
      />
      {after.answer.value && (
        <Choice
          label={words.as}
          test="shown"
          value={fields.shown.value}
          options={SHOWN.map(shown => [shown, words[shown]])}
          onChoose={shown => fields.shown.set(shown)}
        />
      )}
    </span>
  )
}

interface Map {
  readonly name: string
  readonly values: Float32Array
  readonly units: number
  readonly scale: Scale
}

function mapsOf(was: PaintedLayer | null, is: PaintedLayer | null, shown: (typeof SHOWN)[number]): Map[] {
  if (!was) return []
  return quantityNames.value.map(name => {
    const old = was.quantities[name]
    const now = is?.quantities[name] ?? old
    // A clamped quantity is a constant of the equations and no longer recorded.
    const values = shown === 'before' || !is ? old.values : shown === 'after' ? now.values : differenceOf(now, old)
    const scale = scaleOf(name, old.values)
    return { name, values, units: old.units, scale: shown === 'difference' && is ? differenceScale(scale) : scale }
  })
}

const differenceOf = (now: PaintedQuantity, old: PaintedQuantity): Float32Array =>
  now.values.map((x, k) => x - old.values[k])

const differenceScale = ({ limit }: Scale): Scale => ({ kind: 'signed', limit })

/** Row → unit; undefined: as they are. */
function orderOf(layer: PaintedLayer | null, order: (typeof ORDERS)[number]): number[] | undefined {
  if (!layer || order === 'index') return undefined
  const units = Array.from({ length: layer.hidden }, (_, u) => u)
  if (order === 'half-life') {
    const lives = layer.halfLife
    return lives ? units.sort((a, b) => (lives[b] ?? Infinity) - (lives[a] ?? Infinity)) : undefined
  }
  const [name] = quantityNames.value
  const means = meansOverTokens(layer.quantities[name])
  return units.sort((a, b) => means[b] - means[a])
}

function meansOverTokens({ values, units, mean }: PaintedQuantity): Float32Array {
  const sums = new Float32Array(units)
  for (let t = 0; t < mean.length; t++) for (let u = 0; u < units; u++) sums[u] += values[t * units + u]
  return sums.map(sum => sum / mean.length)
}
