/** The numbers behind the curves, what each says to a text, and the ways to take a model over. */
import { useComputed } from '@preact/signals'
import { saveFile } from '../parts/save.ts'
import { percent } from '../parts/share-bar.tsx'
import { byShare, Shares } from '../parts/shares.tsx'
import { useAnswered } from '../shell/answered.ts'
import { Swatch } from './curves.tsx'
import { nameOf, written } from './state.ts'
import { asked, openInRead, type Run, saveModel, standingAt, stepAt, training } from './training.ts'
import { trainWords } from './words.ts'

const MODEL_TYPE = 'application/octet-stream'
const LABELS_MOST = 4

export function Standing() {
  const words = trainWords.value
  const begun = training.value
  if (!begun) return null
  const hasEpoch = begun.runs.some(run => run.epochs.length > 0)
  return (
    <section class="train-pane" aria-label={words.standing}>
      <h2>{words.standing}</h2>
      <table class="train-table" data-test="standing">
        <thead>
          <tr>
            <th scope="col">{words.model}</th>
            <th scope="col">{words.parameters}</th>
            <th scope="col">{words.trainingLoss}</th>
            <th scope="col">{words.validationLoss}</th>
            <th scope="col">{words.validationAccuracy}</th>
          </tr>
        </thead>
        <tbody>
          {begun.runs.map((run, k) => (
            <Row key={nameOf(run.contender)} run={run} place={k} />
          ))}
        </tbody>
      </table>
      {begun.runs.map(
        run =>
          run.failure !== null && (
            <p key={nameOf(run.contender)} class="train-failure" role="alert">
              {words.failed(nameOf(run.contender), run.failure)}
            </p>
          ),
      )}
      {hasEpoch && <Taking runs={begun.runs} />}
    </section>
  )
}

function Row({ run, place }: { run: Run; place: number }) {
  const { loss, stepLoss, epoch } = standingAt(run, stepAt.value)
  return (
    <tr>
      <th scope="row">
        <Swatch run={place} /> {nameOf(run.contender)}
      </th>
      <td>{run.parameters.toLocaleString('en')}</td>
      <td data-test="step-loss" data-loss={stepLoss ?? undefined}>
        {loss?.toFixed(3)}
      </td>
      <td>{epoch?.validation.loss.toFixed(3)}</td>
      <td>{epoch && percent(epoch.validation.accuracy, 1)}</td>
    </tr>
  )
}

function Taking({ runs }: { runs: readonly Run[] }) {
  const words = trainWords.value
  const save = async (run: number) => {
    const file = await saveModel(run)
    saveFile(file.name, file, MODEL_TYPE)
  }
  return (
    <div class="train-taking">
      <ul>
        {runs.map((run, k) => {
          const name = nameOf(run.contender)
          return (
            run.epochs.length > 0 && (
              <li key={name}>
                <span class="train-taken">{name}</span>
                <button
                  type="button"
                  aria-label={words.openIn(name)}
                  data-test={`open-${k}`}
                  onClick={() => void openInRead(k)}
                >
                  {words.openInShort}
                </button>
                <button
                  type="button"
                  aria-label={words.save(name)}
                  data-test={`save-${k}`}
                  onClick={() => void save(k)}
                >
                  {words.saveShort}
                </button>
              </li>
            )
          )
        })}
      </ul>
      <p class="faint small">{words.takeAbout}</p>
    </div>
  )
}

export function PredictionsPane() {
  const words = trainWords.value
  const question = useComputed(() => {
    const begun = training.value
    const text = written.value
    return begun && text.trim() !== '' ? { text, steps: begun.steps, beginning: begun.beginning } : null
  })
  const said = useAnswered(question, (ask, signal) => asked().predict(ask, { signal }))
  const begun = training.value
  const isOfThis = said.answer.value?.length === begun?.runs.length
  return (
    <section class="train-pane" aria-label={words.whatTheySay}>
      <label class="train-write">
        {words.text}
        <textarea
          rows={2}
          data-test="train-text"
          value={written.value}
          onInput={event => written.set(event.currentTarget.value, 'settle')}
        />
      </label>
      {begun && said.answer.value && isOfThis && (
        <div class="train-said" data-test="predictions">
          <h2>{words.whatTheySay}</h2>
          {begun.runs.map((run, k) => {
            const rows = byShare(said.answer.value?.[k]?.probabilities ?? {})
            return (
              <section key={nameOf(run.contender)} aria-label={nameOf(run.contender)}>
                <h3>
                  <Swatch run={k} /> {nameOf(run.contender)}
                </h3>
                {rows.length === 0 && <p class="faint">{words.saysNothing}</p>}
                <Shares rows={rows.slice(0, LABELS_MOST)} />
              </section>
            )
          })}
        </div>
      )}
    </section>
  )
}
