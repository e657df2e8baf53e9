/** The cell at the chosen step. */
import { CellDiagram } from '../parts/diagram/cell-diagram.tsx'
import { Surface } from '../parts/surface.tsx'
import { model } from '../shell/open-model.ts'
import { key } from './keys.ts'
import { drawing, fields, lineAt, step, unitAt, walk } from './state.ts'
import { walkWords } from './words.ts'

export function CellPane() {
  const answer = walk.answer.value
  const drawn = drawing.value
  if (!answer || !drawn) return null
  // The numbers of another cell (a clamp that has just been set) have other nodes.
  const numbers = step.answer.value?.values.length === answer.nodes.length ? step.answer.value : null
  return (
    <Surface class="walk-cell" label={walkWords.value.cellLabel(model.value?.cell ?? '')} onKeyDown={key}>
      <CellDiagram
        drawing={drawn}
        cell={answer.cell}
        numbers={numbers}
        of={fields.of.value}
        unit={unitAt.value}
        line={lineAt.value}
        way={fields.way.value}
        withBack={numbers?.flows != null}
      />
    </Surface>
  )
}
