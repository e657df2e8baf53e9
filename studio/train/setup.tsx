/** What is trained on what. */
import { Choice } from '../parts/choice.tsx'
import { quantityName } from '../parts/quantities.ts'
import { FileButton } from '../shell/model-panel.tsx'
import { ABLATED, CHANGES, MOST } from './contenders.ts'
import { ablatedQuantity, chooseTable, fields, MODES, TWIN_CELLS, table } from './state.ts'
import { training } from './training.ts'
import { trainWords } from './words.ts'

const DATA_FILES = '.csv,.tsv,.jsonl,.gz'
/** How many sentences the studio brings. */
const BROUGHT = 480

export function Setup() {
  const words = trainWords.value
  return (
    <section class="train-setup" aria-label={words.compare}>
      <Choice
        label={words.compare}
        test="mode"
        value={fields.mode.value}
        options={MODES.map(mode => [mode, words[mode]])}
        onChoose={mode => fields.mode.set(mode)}
      />
      {fields.mode.value === 'twin' && <Twin />}
      <Whole label={words.hidden} field={fields.hidden} least={1} most={MOST.hidden} />
      <Whole label={words.epochs} field={fields.epochs} least={1} most={MOST.epochs} />
      <Whole label={words.seed} field={fields.seed} least={0} most={999_999_999} />
      <label>
        {words.learningRate}
        <input
          type="number"
          min={0.0001}
          max={10}
          step="any"
          value={fields.rate.value}
          onChange={event => fields.rate.set(Number(event.currentTarget.value))}
        />
      </label>
      <Data />
    </section>
  )
}

function Twin() {
  const words = trainWords.value
  return (
    <>
      <Choice
        label={words.cell}
        test="cell"
        value={fields.cell.value}
        options={TWIN_CELLS.map(cell => [cell, words.cellNames[cell]])}
        onChoose={cell => fields.cell.set(cell)}
      />
      <Choice
        label={words.takenAway}
        test="gate"
        value={ablatedQuantity.value}
        options={ABLATED[fields.cell.value].map(name => [name, quantityName(name)])}
        onChoose={name => fields.gate.set(name)}
      />
      <Choice
        label={words.how}
        test="change"
        value={fields.change.value}
        options={CHANGES.map(change => [change, words.changes[change]])}
        onChoose={change => fields.change.set(change)}
      />
    </>
  )
}

interface WholeProps {
  readonly label: string
  readonly field: { readonly value: number; set(value: number): void }
  readonly least: number
  readonly most: number
}

function Whole({ label, field, least, most }: WholeProps) {
  const change = (event: { currentTarget: HTMLInputElement }) => {
    const value = Math.round(Number(event.currentTarget.value))
    if (value >= least && value <= most) field.set(value)
    event.currentTarget.value = String(field.value)
  }
  return (
    <label>
      {label}
      <input type="number" min={least} max={most} value={field.value} onChange={change} />
    </label>
  )
}

function Data() {
  const words = trainWords.value
  const isOwn = fields.data.value === 'own'
  const begun = training.value
  return (
    <div class="train-data">
      <span>{words.data}</span>
      <div>
        {!isOwn && (
          <span>
            {words.brought(BROUGHT)} <span class="faint">({words.credit})</span>
          </span>
        )}
        {isOwn && table.value && (
          <span>
            {begun
              ? words.ownRows(table.value.name, begun.rows.toLocaleString('en'), begun.labels.length)
              : table.value.name}
          </span>
        )}
        {isOwn && table.value === null && <span role="status">{words.lostTable}</span>}{' '}
        <FileButton quiet label={words.ownTable} accept={DATA_FILES} onFile={chooseTable} />
        {isOwn && (
          <button type="button" class="quiet" onClick={() => fields.data.set('brought')}>
            {words.backToBrought}
          </button>
        )}
      </div>
    </div>
  )
}
