/** Loss and accuracy over the epochs, a colour a contender; a mark at the step that is looked at. */
import { useComputed } from '@preact/signals'
import { Figure } from '../parts/figure.tsx'
import { PLOT_LEFT, PLOT_RIGHT, Plot, type PlotSeries } from '../parts/plot.tsx'
import { within } from '../parts/selection.ts'
import { percent } from '../parts/share-bar.tsx'
import { Surface } from '../parts/surface.tsx'
import { told } from './sentence.ts'
import { colourOfRun, contenders, fields, nameOf, settings } from './state.ts'
import { stepAt, type Training, training } from './training.ts'
import { trainWords } from './words.ts'

/** Of a line, at most: there are not many more pixels. */
const POINTS_MOST = 900

export function Curves() {
  const words = trainWords.value
  const loss = useComputed(() => (training.value ? lossLines(training.value) : null))
  const accuracy = useComputed(() => (training.value ? accuracyLines(training.value) : null))
  const xRange = [0, settings.value.epochs] as const
  return (
    <section class="train-curves" aria-label={words.curves}>
      <Key />
      <Moving>
        <Figure title={words.loss} name="loss" aside={<span class="faint small">{words.lossAbout}</span>}>
          <div data-test="loss">
            <Plot
              {...(loss.value ?? NOTHING)}
              xLabel={words.epochAxis}
              xRange={xRange}
              format={value => value.toFixed(2)}
              height={250}
            />
          </div>
        </Figure>
        <Figure title={words.accuracy} name="accuracy">
          <Plot
            {...(accuracy.value ?? NOTHING)}
            xLabel={words.epochAxis}
            xRange={xRange}
            format={value => percent(value)}
            height={180}
          />
        </Figure>
      </Moving>
    </section>
  )
}

const NOTHING = { x: [0, 1], series: [{ name: '', values: [null, null] }] }

/** Which colour is whose. */
function Key() {
  return (
    <ul class="train-key">
      {contenders.value.map((contender, run) => (
        <li key={nameOf(contender)}>
          <Swatch run={run} /> {nameOf(contender)}
        </li>
      ))}
    </ul>
  )
}

export const Swatch = ({ run }: { run: number }) => (
  <i class="train-swatch" aria-hidden="true" style={{ backgroundColor: `var(${colourOfRun(run)})` }} />
)

/** The surface over both plots: pointer and arrow keys choose a step. */
function Moving({ children }: { children: preact.ComponentChildren }) {
  const begun = training.value
  const select = (step: number) => {
    if (!begun || begun.steps === 0) return
    told.value = 'training'
    fields.at.set(1 + within(step - 1, begun.steps), 'settle')
  }
  const point = (event: PointerEvent) => {
    if (!begun) return
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    const share = (event.clientX - box.left - PLOT_LEFT) / (box.width - PLOT_LEFT - PLOT_RIGHT)
    select(Math.round(share * begun.stepsInAll))
  }
  const key = (event: KeyboardEvent) => {
    if (!begun || event.ctrlKey || event.metaKey || event.altKey) return
    const at = stepAt.value
    const target = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 1, End: begun.steps }[event.key]
    const page = { PageUp: at + begun.stepsAnEpoch, PageDown: at - begun.stepsAnEpoch }[event.key]
    if (target === undefined && page === undefined) return
    event.preventDefault()
    select((target ?? page) as number)
  }
  const share = begun && stepAt.value > 0 ? stepAt.value / begun.stepsInAll : null
  return (
    <Surface
      class="train-moving"
      label={trainWords.value.curves}
      onPointerDown={point}
      onPointerMove={event => event.buttons > 0 && point(event)}
      onKeyDown={key}
    >
      {children}
      {share !== null && (
        <i
          class="curve-mark"
          aria-hidden="true"
          style={{ left: `calc(${PLOT_LEFT}px + ${share.toFixed(5)} * (100% - ${PLOT_LEFT + PLOT_RIGHT}px))` }}
        />
      )}
    </Surface>
  )
}

function lossLines({ runs, steps, stepsAnEpoch }: Training): { x: number[]; series: PlotSeries[] } {
  const places = placesOf(steps, stepsAnEpoch)
  const series = runs.flatMap(({ contender, means, epochs }, run): PlotSeries[] => {
    const validation = new Map(epochs.map(e => [e.epoch * stepsAnEpoch, e.validation.loss]))
    const colour = colourOfRun(run)
    return [
      { name: nameOf(contender), colour, values: places.map(step => means[step - 1] ?? null) },
      {
        name: `${nameOf(contender)}, ${trainWords.value.validationLoss}`,
        colour,
        isDashed: true,
        isSparse: true,
        values: places.map(step => validation.get(step) ?? null),
      },
    ]
  })
  return { x: places.map(step => step / stepsAnEpoch), series }
}

function accuracyLines({ runs }: Training): { x: number[]; series: PlotSeries[] } {
  const most = Math.max(0, ...runs.map(({ epochs }) => epochs.length))
  return {
    x: Array.from({ length: most }, (_, k) => k + 1),
    series: runs.map(({ contender, epochs }, run) => ({
      name: nameOf(contender),
      colour: colourOfRun(run),
      isSparse: true,
      values: Array.from({ length: most }, (_, k) => epochs[k]?.validation.accuracy ?? null),
    })),
  }
}

/** Steps that are drawn: not all where there are many, but each end of an epoch. */
function placesOf(steps: number, stepsAnEpoch: number): number[] {
  const stride = Math.ceil(steps / POINTS_MOST)
  return Array.from({ length: steps }, (_, k) => k + 1).filter(
    step => step % stride === 0 || step % stepsAnEpoch === 0 || step === steps,
  )
}
