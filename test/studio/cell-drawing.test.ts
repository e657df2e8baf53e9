/** Drawings of cells: every built-in one, and one that somebody wrote. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { defineCell } from '../../src/cells/define.ts'
import { cells } from '../../src/cells/registry.ts'
import { definitionsOf } from '../../src/formula/definitions.ts'
import { type Equations, rootsOf } from '../../src/formula/equations.ts'
import { add, exp, logSigmoid, max, mul, sigmoid, sub, tanh, topological } from '../../src/formula/expression.ts'
import { clamp } from '../../src/formula/rewrites.ts'
import { directPaths } from '../../src/inspect/ledger-equations.ts'
import { cellGraph } from '../../studio/parts/diagram/cell-graph.ts'
import { type Drawing, drawingOf } from '../../studio/parts/diagram/routes.ts'

/** Exponential gates with a stabilizing state (Beck et al. 2024), as a person would write them. */
const own = defineCell('own', ({ affine, previous }) => {
  const forget = logSigmoid(affine('f'))
  const m = max(add(forget, previous('m')), affine('i'))
  const inputGate = exp(sub(affine('i'), m))
  const forgetGate = exp(sub(add(forget, previous('m')), m))
  const outputGate = sigmoid(affine('o'))
  const c = add(mul(forgetGate, previous('c')), mul(inputGate, tanh(affine('g'))))
  const n = add(mul(forgetGate, previous('n')), inputGate)
  const h = mul(outputGate, mul(c, exp(sub(0, max(n, 1)))))
  return { state: { h, c, n, m }, quantities: { inputGate, forgetGate, outputGate } }
})

const graphOf = (cell: Equations) => cellGraph(cell, topological(rootsOf(cell)), definitionsOf(cell))
const drawn = (cell: Equations): Drawing => drawingOf(graphOf(cell))

const all: readonly (readonly [string, Equations])[] = [
  ...Object.entries(cells),
  ['own', own],
  ['lstm with a clamped gate', clamp(cells.lstm, 'forgetGate', 0.5)],
]

describe('the drawing of a cell', () => {
  for (const [name, cell] of all) {
    it(`${name}: no node covers another one, and all are inside of the picture`, () => {
      const { nodes, width, height } = drawn(cell)
      for (const a of nodes) {
        assert.ok(a.x - a.width / 2 >= 0 && a.x + a.width / 2 <= width, `${a.node.key} at x ${a.x} of ${width}`)
        assert.ok(a.y - a.height / 2 >= 0 && a.y + a.height / 2 <= height, `${a.node.key} at y ${a.y} of ${height}`)
        for (const b of nodes) {
          if (a === b) continue
          const isApart =
            Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2
          assert.ok(isApart, `${a.node.key} and ${b.node.key}`)
        }
      }
    })

    it(`${name}: every edge leaves its node at the right and comes in at the rim of the other, along the axes`, () => {
      const { nodes, edges } = drawn(cell)
      const at = new Map(nodes.map(placed => [placed.node.key, placed]))
      for (const { edge, points } of edges) {
        const [from, to] = [at.get(edge.from), at.get(edge.to)]
        assert.ok(from && to, `${edge.from} → ${edge.to}`)
        assert.deepEqual(points[0], [from.x + from.width / 2, from.y])
        const [x, y] = points[points.length - 1]
        assert.ok(Math.abs(x - to.x) <= to.width / 2 + 1e-9 && Math.abs(y - to.y) <= to.height / 2 + 1e-9)
        points.slice(1).forEach(([x, y], k) => {
          assert.ok(Math.abs(x - points[k][0]) < 1e-6 || Math.abs(y - points[k][1]) < 1e-6, `${edge.from} → ${edge.to}`)
        })
      }
    })

    it(`${name}: a memory goes straight through`, () => {
      const { nodes } = drawn(cell)
      for (const state of directPaths(cell).keys()) {
        const [before, after] = ['before', 'after'].map(kind => nodes.find(p => p.node.key === `${kind} ${state}`))
        assert.equal(before?.y, after?.y, state)
      }
    })
  }

  it('lstm: four boxes with weights, each from x and h; what is drawn of the rest is ×, + and tanh', () => {
    const { nodes, edges } = graphOf(cells.lstm)
    const boxes = nodes.filter(({ kind }) => kind === 'box')
    assert.deepEqual(boxes.map(({ name }) => name).sort(), ['candidate', 'forgetGate', 'inputGate', 'outputGate'])
    for (const { key } of boxes) {
      assert.deepEqual(
        edges
          .filter(e => e.to === key)
          .map(e => e.from)
          .sort(),
        ['before h', 'x'],
      )
    }
    const signs = nodes.filter(({ kind }) => kind === 'operation').map(({ sign }) => sign)
    assert.deepEqual(signs.sort(), ['+', 'tanh', '×', '×', '×'])
  })

  it('a clamped gate is a number without weights, which multiplies as the gate did', () => {
    const clamped = graphOf(clamp(cells.lstm, 'forgetGate', 0.5))
    const gate = clamped.nodes.find(({ name, kind }) => name === 'forgetGate' && kind === 'number')
    assert.ok(gate)
    assert.equal(clamped.edges.filter(e => e.to === gate.key).length, 0)
    const [use] = clamped.edges.filter(e => e.from === gate.key)
    assert.equal(clamped.nodes.find(({ key }) => key === use.to)?.sign, '×')
  })
})
