/** The equations in the order of computing, with signs and with this step's numbers; a slider clamps a quantity. */
import type { Definition } from '../../src/formula/definitions.ts'
import { Formula, Formulas } from '../parts/formula/math.tsx'
import { type Board, numbered, symbolic } from '../parts/formula/numbered.ts'
import { fixed, magnitude } from '../parts/numbers.ts'
import { gradientOfUnits, ofUnits } from '../parts/of-units.ts'
import { isGate, quantityName } from '../parts/quantities.ts'
import { clamp, definitions, fields, lineAt, step, unitAt, walk } from './state.ts'
import { walkWords } from './words.ts'

export function Equations() {
  const words = walkWords.value
  const answer = walk.answer.value
  if (!answer) return null
  const of = fields.of.value
  const board: Board = { cell: answer.cell, nodes: answer.nodes, definitions: definitions.value }
  return (
    <section class="walk-equations" aria-label={words.equations}>
      <h2>{words.equations}</h2>
      {of !== 'unit' && (
        <p class="faint">
          {words.equationsOf[of]}. {words.perUnit}
        </p>
      )}
      <ol>
        {board.definitions.map((definition, k) => (
          <Line key={definition.name} definition={definition} board={board} place={k} />
        ))}
      </ol>
    </section>
  )
}

interface LineProps {
  readonly definition: Definition
  readonly board: Board
  readonly place: number
}

function Line({ definition, board, place }: LineProps) {
  const { name, isState, expression } = definition
  const numbers = step.answer.value
  const [of, unit] = [fields.of.value, unitAt.value]
  const isLater = fields.way.value === 'forward' && place > lineAt.value
  const node = board.nodes.indexOf(expression)
  // The numbers of another cell (a clamp that has just been set) have other nodes.
  const fits = numbers !== null && numbers.values.length === board.nodes.length
  const gradient = fits ? numbers.gradients?.[node] : null
  return (
    <li
      data-test={`line-${name}`}
      data-now={place === lineAt.value ? '' : undefined}
      data-later={isLater ? '' : undefined}
    >
      <button type="button" class="quiet line-name" onClick={() => fields.line.set(place + 1)}>
        {quantityName(name)}
      </button>
      <span class="line-signs">
        <Formula node={symbolic(definition, board)} />
      </span>
      {fits && (
        <span class="line-numbers" data-value={ofUnits(numbers.values[node], of, unit)}>
          {isLater ? '' : <Formulas nodes={numbered(definition, board, numbers, of, unit)} />}
        </span>
      )}
      {gradient && (
        <span class="line-gradient" title="∂ log p / ∂">
          <span aria-hidden="true">←</span> {magnitude(gradientOfUnits(gradient, of, unit))}
        </span>
      )}
      {!isState && (
        <Clamp name={name} value={fits ? ofUnits(numbers.values[node], of === 'norm' ? 'mean' : of, unit) : 0.5} />
      )}
    </li>
  )
}

/** @param value  What it is now, where it is not clamped. */
function Clamp({ name, value }: { name: string; value: number }) {
  const words = walkWords.value
  const held = fields.clamps.value[name]
  const least = isGate(name) ? 0 : -1
  return (
    <span class="line-clamp" data-held={held === undefined ? undefined : ''} data-not-saved>
      <input
        type="range"
        min={least}
        max={1}
        step={0.01}
        aria-label={words.clamp(quantityName(name))}
        aria-valuetext={held === undefined ? fixed(value) : words.clampAt(fixed(held))}
        data-test={`clamp-${name}`}
        value={held ?? Math.min(1, Math.max(least, value))}
        onInput={event => clamp(name, event.currentTarget.valueAsNumber)}
      />
      {held !== undefined && (
        <>
          <span>{words.clampAt(fixed(held))}</span>
          <button
            type="button"
            class="quiet"
            aria-label={words.releaseName(quantityName(name))}
            data-test={`release-${name}`}
            onClick={() => clamp(name, null)}
          >
            {words.release}
          </button>
        </>
      )}
    </span>
  )
}
