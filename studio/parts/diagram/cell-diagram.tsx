/**
 * A cell as its equations draw it, with the numbers of one step: forward in ink, what flows back in red. Equations that
 * have not been computed yet are faint.
 */
import type { Equations } from '../../../src/formula/equations.ts'
import { scheme } from '../../shell/scheme.ts'
import { colourBehindText } from '../colours.ts'
import { plainSign, signOf } from '../formula/signs.ts'
import { fixed, magnitude } from '../numbers.ts'
import { gradientOfUnits, type Of, ofUnits } from '../of-units.ts'
import { isGate } from '../quantities.ts'
import './diagram.css'
import type { PictureNode } from './cell-graph.ts'
import { type Drawing, type PlacedEdge, type PlacedNode, pathOf } from './routes.ts'

/** The numbers of one step, by node of the equations: `WalkStep`. */
export interface StepNumbers {
  readonly values: readonly ArrayLike<number>[]
  readonly flows: readonly (readonly (ArrayLike<number> | null)[])[] | null
  readonly gradients: readonly (ArrayLike<number> | null)[] | null
}

export interface CellDiagramProps {
  readonly drawing: Drawing
  readonly cell: Equations
  readonly numbers: StepNumbers | null
  readonly of: Of
  readonly unit: number
  /** Place of the equation that is being computed; as many as there are: all are. */
  readonly line: number
  /** Which way is walked: back, the red arrows of the equation are the strong ones. */
  readonly way: 'forward' | 'back'
  readonly withBack: boolean
}

type Moment = 'done' | 'now' | 'later'

const momentOf = (line: number, at: number, way: 'forward' | 'back'): Moment =>
  line === at ? 'now' : way === 'forward' ? (line < at ? 'done' : 'later') : 'done'

export function CellDiagram(props: CellDiagramProps) {
  const { drawing, line, way, withBack, numbers } = props
  const back = withBack && numbers?.flows ? backWidths(props) : null
  const lineOf = new Map(drawing.nodes.map(({ node }) => [node.key, node.line]))
  return (
    <svg
      class="cell-diagram"
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      style={{ maxWidth: `${1.25 * drawing.width}px` }}
      aria-hidden="true"
      data-way={way}
    >
      <Arrows />
      <rect
        class="cell-body"
        x={96}
        y={8}
        width={Math.max(10, drawing.width - 192)}
        height={drawing.height - 16}
        rx={16}
      />
      {drawing.edges.map(placed => (
        <path
          key={`${placed.edge.from} ${placed.edge.to}`}
          class="forward"
          data-moment={momentOf(lineOf.get(placed.edge.to) ?? -1, line, way)}
          d={pathOf(placed.points)}
          marker-end="url(#arrow)"
        />
      ))}
      {back &&
        drawing.edges.map(placed => {
          const width = back.get(placed) ?? 0
          if (width === 0) return null
          return (
            <path
              key={`${placed.edge.from} ${placed.edge.to}`}
              class="back"
              data-moment={way === 'back' ? momentOf(lineOf.get(placed.edge.to) ?? -1, line, way) : 'done'}
              d={pathOf([...placed.points].reverse())}
              transform="translate(4 4)"
              stroke-width={width}
              marker-end="url(#arrow-back)"
            />
          )
        })}
      {drawing.nodes.map(placed => (
        <Node key={placed.node.key} placed={placed} {...props} />
      ))}
    </svg>
  )
}

/** Heads of arrows; two, since not every engine takes a head's colour from its line. */
export function Arrows() {
  return (
    <defs>
      <marker
        id="arrow"
        class="head"
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerUnits="userSpaceOnUse"
        markerWidth="8"
        markerHeight="8"
        orient="auto"
      >
        <path d="M0 0.5L8 4L0 7.5Z" />
      </marker>
      <marker
        id="arrow-back"
        class="head back"
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerUnits="userSpaceOnUse"
        markerWidth="8"
        markerHeight="8"
        orient="auto"
      >
        <path d="M0 0.5L8 4L0 7.5Z" />
      </marker>
    </defs>
  )
}

/** Four decades of magnitude are told by width, from a hair to a bar. */
export function backWidth(size: number, largest: number): number {
  if (!(size > 0)) return 0
  return 0.75 + 3 * Math.max(0, 1 + Math.log10(size / largest) / 4)
}

function backWidths({ drawing, numbers, of, unit }: CellDiagramProps): Map<PlacedEdge, number> {
  const sizes = new Map(
    drawing.edges.map(placed => [placed, Math.abs(flowOf(placed, numbers as StepNumbers, of, unit))] as const),
  )
  const largest = Math.max(1e-30, ...sizes.values())
  return new Map([...sizes].map(([placed, size]) => [placed, backWidth(size, largest)]))
}

/** What flows back along an edge; into a state after the step: all that comes from later. */
export function flowOf(
  { edge }: Pick<PlacedEdge, 'edge'>,
  { flows, gradients }: StepNumbers,
  of: Of,
  unit: number,
): number {
  if (edge.to.startsWith('after ')) {
    const node = Number(/\d+/.exec(edge.from)?.[0] ?? -1)
    const g = gradients?.[node]
    return g ? gradientOfUnits(g, of, unit) : 0
  }
  const parts = edge.flows.map(([node, argument]) => flows?.[node]?.[argument]).filter(part => part != null)
  if (parts.length === 0) return 0
  const sum = Array.from(parts[0], (_, u) => parts.reduce((total, part) => total + part[u], 0))
  return gradientOfUnits(sum, of, unit)
}

function Node({ placed, ...props }: { placed: PlacedNode } & CellDiagramProps) {
  const { node, x, y, width, height } = placed
  const { cell, numbers, of, unit, line, way, withBack } = props
  const values = node.node >= 0 ? numbers?.values[node.node] : undefined
  const gradient = node.node >= 0 ? numbers?.gradients?.[node.node] : undefined
  const value = values ? ofUnits(values, of, unit) : null
  const moment = momentOf(node.line, line, way)
  const hidden = moment === 'later'
  const number = value === null || hidden ? '' : fixed(value)
  const back = withBack && gradient ? magnitude(gradientOfUnits(gradient, of, unit)) : ''
  if (node.kind === 'operation') {
    return (
      <g data-moment={moment} class="operation">
        <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={height / 2} />
        <text class="sign" x={x} y={y} dy="0.34em">
          {node.sign}
        </text>
        {node.name !== null && (
          <text class="name" x={x + width / 2 + 5} y={y - 7}>
            <Signed name={node.name} cell={cell} />
          </text>
        )}
        <text class="number" x={x + width / 2 + 5 + (node.name === null ? 0 : 20)} y={y - 7}>
          {number}
        </text>
        <text class="number red" x={x + width / 2 + 5} y={y + 16}>
          {back}
        </text>
      </g>
    )
  }
  const fill =
    node.kind === 'box' && node.name !== null && isGate(node.name) && value !== null && of !== 'norm' && !hidden
      ? colourBehindText(Math.min(1, Math.max(0, value)), { kind: 'share', limit: 1 }, scheme.value)
      : undefined
  return (
    <g data-moment={moment} class={node.kind}>
      <rect x={x - width / 2} y={y - height / 2} width={width} height={height} rx={6} style={fill ? { fill } : {}} />
      <Label placed={placed} cell={cell} number={number} back={back} />
    </g>
  )
}

interface LabelProps {
  readonly placed: PlacedNode
  readonly cell: Equations
  readonly number: string
  readonly back: string
}

function Label({ placed: { node, x, y, width }, cell, number, back }: LabelProps) {
  if (node.kind === 'box' || node.kind === 'number') {
    const left = x - width / 2
    const signs = node.kind === 'box' ? 24 + 9 * node.sign.length : 10
    return (
      <>
        <text class="sign" x={left + signs / 2} y={y} dy="0.34em">
          {node.sign}
        </text>
        <text class="name" x={left + signs} y={y - 5} text-anchor="start">
          {node.name === null ? '' : <Signed name={node.name} cell={cell} />}
        </text>
        <text class="number" x={x + width / 2 - 8} y={y - 5} text-anchor="end">
          {number}
        </text>
        <text class="number red" x={x + width / 2 - 8} y={y + 15} text-anchor="end">
          {back}
        </text>
      </>
    )
  }
  return (
    <>
      <text class="name" x={x} y={number === '' && back === '' ? y + 4 : y - 2} text-anchor="middle">
        {node.kind === 'x' ? <Time letter="x" time="t" /> : <PortSign node={node} cell={cell} />}
      </text>
      <text class="number" x={x} y={y + 12} text-anchor="middle">
        {number}
      </text>
    </>
  )
}

function PortSign({ node, cell }: { node: PictureNode; cell: Equations }) {
  const sign = plainSign(signOf(node.name as string, cell))
  return <Time letter={sign} time={node.kind === 'before' ? 't−1' : 't'} />
}

const Signed = ({ name, cell }: { name: string; cell: Equations }) => (
  <Time letter={plainSign(signOf(name, cell))} time="t" />
)

/** A letter with its time as an index. */
export const Time = ({ letter, time }: { letter: string; time: string }) => (
  <>
    <tspan class="letter">{letter}</tspan>
    <tspan class="index" dy="3">
      {time}
    </tspan>
  </>
)
