/** How long the units remember: a histogram, and the longest and shortest of them. */
import { Figure } from '../parts/figure.tsx'
import { short } from '../parts/legend.tsx'
import { before, fields, layerOf, unitAt } from './state.ts'
import { readWords } from './words.ts'

/** In tokens; each bin begins where the one before ends, the last one has no end. */
const BINS = [0, 0.5, 1, 2, 4, 8, 16, 32, 64, 128]
const LISTED = 4
const WIDTH = 280
const HEIGHT = 76
const FOOT = 16

export function HalfLife() {
  const words = readWords.value
  const layer = layerOf(before.answer.value)
  if (!layer) return null
  const lives = layer.halfLife
  if (!lives) {
    return (
      <section class="pane">
        <h2>{words.halfLife}</h2>
        <p class="faint">{words.noHalfLife}</p>
      </section>
    )
  }
  const sorted = lives.map((steps, unit) => ({ steps: steps ?? Infinity, unit })).sort((a, b) => b.steps - a.steps)
  return (
    <section class="pane" aria-label={words.halfLife}>
      <Figure title={words.halfLife} name="half-life">
        <Histogram steps={sorted.map(({ steps }) => steps)} own={lives[unitAt.value] ?? Infinity} />
        <p class="faint small">{words.halfLifeAbout}</p>
      </Figure>
      <div class="before-after">
        <List title={words.longest} units={sorted.slice(0, LISTED)} />
        <List title={words.shortest} units={sorted.slice(-LISTED).reverse()} />
      </div>
    </section>
  )
}

const binOf = (steps: number): number => BINS.findLastIndex(from => steps >= from)

function Histogram({ steps, own }: { steps: readonly number[]; own: number }) {
  const words = readWords.value
  const counts = BINS.map((_, k) => steps.filter(s => binOf(s) === k).length)
  const most = Math.max(...counts, 1)
  const width = WIDTH / BINS.length
  const name = (k: number) => words.unitsWith(counts[k], String(BINS[k]), String(BINS[k + 1] ?? '∞'))
  const label = counts.flatMap((count, k) => (count > 0 ? [name(k)] : [])).join('; ')
  return (
    <svg
      class="histogram"
      viewBox={`0 0 ${WIDTH} ${HEIGHT + FOOT}`}
      role="img"
      aria-label={`${words.halfLife}: ${label}`}
    >
      {counts.map((count, k) => {
        const height = (count / most) * (HEIGHT - 14)
        return (
          <g key={BINS[k]} data-own={binOf(own) === k ? '' : undefined}>
            <rect x={k * width + 1} y={HEIGHT - height} width={width - 2} height={height} />
            {count > 0 && (
              <text x={(k + 0.5) * width} y={HEIGHT - height - 3} text-anchor="middle">
                {count}
              </text>
            )}
            <text x={k * width + 1} y={HEIGHT + 12} text-anchor="middle">
              {k === 0 ? '' : BINS[k]}
            </text>
          </g>
        )
      })}
      <line x1={0} x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
    </svg>
  )
}

function List({ title, units }: { title: string; units: readonly { steps: number; unit: number }[] }) {
  const words = readWords.value
  return (
    <div>
      <h3>{title}</h3>
      <ul class="units">
        {units.map(({ steps, unit }) => (
          <li key={unit}>
            <button
              type="button"
              class="quiet"
              aria-pressed={unit === unitAt.value}
              onClick={() => fields.unit.set(unit)}
            >
              {words.oneUnit(unit)}
            </button>{' '}
            <span class="faint">{Number.isFinite(steps) ? words.steps(short(steps)) : words.forever}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
