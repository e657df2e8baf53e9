import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ModelFileError } from '../errors/errors.ts'
import { add, constant, mul, tanh } from '../formula/expression.ts'
import { operations } from '../formula/operations.ts'
import { printEquations } from '../formula/print.ts'
import { clamp } from '../formula/rewrites.ts'
import { compileCell } from '../formula/stages.ts'
import { type Cell, defineCell } from './define.ts'
import { cellFromDocument, equationsToDocument } from './equations-document.ts'
import { lstm } from './lstm.ts'
import { testCells } from './registry.test-cells.ts'
import { rnn } from './rnn.ts'

/** Far above what the largest allowed cell takes (about 1 s); a hang or a square of 10,000 is beyond it. */
const SECONDS_MAX = 20

const throughJson = (cell: Cell) => cellFromDocument(JSON.parse(JSON.stringify(equationsToDocument(cell))))

describe('a cell written and read again', () => {
  for (const [name, cell] of Object.entries(testCells)) {
    it(`${name}: has the same equations, weights, programs and document`, () => {
      const read = throughJson(cell)
      const quantities = Object.keys(cell.quantities)
      assert.deepEqual(printEquations(read), printEquations(cell))
      assert.deepEqual(read, cell)
      assert.deepEqual(compileCell(read, quantities), compileCell(cell, quantities))
      assert.deepEqual(equationsToDocument(read), equationsToDocument(cell))
    })
  }

  it('is the document of its design', () => {
    assert.deepEqual(equationsToDocument(rnn), {
      name: 'rnn',
      nodes: [
        ['input', 'h'],
        ['previous', 'h'],
        ['recurrent', 'h', 1],
        ['add', 0, 2],
        ['tanh', 3],
      ],
      state: { h: 4 },
      quantities: { candidate: 4 },
      output: 'h',
      first: {},
      blocks: [{ name: 'h', input: true, recurrent: true }],
      parameters: [],
      parameterValues: {},
      initialization: null,
    })
  })

  it('keeps the weights of a clamped gate, and equal numbers apart', () => {
    const both = throughJson({ ...clamp(clamp(lstm, 'forgetGate', 1), 'inputGate', 1), name: 'clamped' })
    assert.deepEqual(both.blocks, lstm.blocks)
    assert.deepEqual(printEquations(clamp(both, 'forgetGate', 0)).slice(0, 2), ['inputGate = 1', 'forgetGate = 0'])
  })

  it('keeps every constant to the bit', () => {
    for (const value of [0, -0, 0.1, 1e-320, -1.7e308, Infinity, -Infinity]) {
      const cell = defineCell('c', ({ previous }) => ({ state: { h: mul(previous('h'), constant(value)) } }))
      assert.ok(Object.is(throughJson(cell).state.h?.args[1]?.value, value), `${value}`)
    }
  })

  it('writes a first value of −0 as 0', () => {
    const cell = defineCell('c', ({ affine }) => ({ state: { h: tanh(affine('h')) }, first: { h: -0 } }))
    assert.ok(Object.is(equationsToDocument(cell).first.h, 0))
  })
})

const rnnDocument = () => structuredClone(equationsToDocument(rnn)) as unknown as Record<string, unknown>
const refused = (change: Record<string, unknown>, message: RegExp) =>
  assert.throws(
    () => cellFromDocument({ ...rnnDocument(), ...change }),
    (error: Error) => {
      assert.ok(error instanceof ModelFileError, `${error}`)
      assert.match(error.message, /^model file, cell/)
      assert.match(error.message, message)
      return true
    },
  )

describe('a document that is wrong', () => {
  it('is refused with the node that is wrong', () => {
    const nodes: readonly (readonly [unknown, RegExp])[] = [
      [
        [['tahn', 0]],
        /cell\.nodes\[0\]: expected an operation that this version knows, got "tahn"\. Did you mean "tanh"\?/,
      ],
      [[['constructor', 0]], /nodes\[0\]: expected an operation that this version knows, got "constructor"/],
      [[['variable', 'a']], /expected an operation that this version knows, got "variable"/],
      [
        [
          ['input', 'h'],
          ['add', 0],
        ],
        /nodes\[1\]: expected add with 2 earlier nodes, got 1/,
      ],
      [
        [
          ['input', 'h'],
          ['tanh', 0, 0],
        ],
        /nodes\[1\]: expected tanh with 1 earlier node, got 2/,
      ],
      [
        [
          ['input', 'h'],
          ['tanh', 1],
        ],
        /nodes\[1\]: expected a node 0 to 0, got 1/,
      ],
      [
        [
          ['input', 'h'],
          ['tanh', -1],
        ],
        /nodes\[1\]: expected a node 0 to 0, got -1/,
      ],
      [
        [
          ['input', 'h'],
          ['tanh', 0.5],
        ],
        /nodes\[1\]: expected a node 0 to 0, got 0\.5/,
      ],
      [
        [
          ['input', 'h'],
          ['tanh', '0'],
        ],
        /nodes\[1\]: expected a node 0 to 0, got "0"/,
      ],
      [[['tanh', 0]], /nodes\[0\]: expected no argument for the first node, got 0/],
      [[['input', 'h', 0]], /nodes\[0\]: expected input with 0 earlier nodes, got 1/],
      [[['recurrent', 'h']], /nodes\[0\]: expected recurrent with 1 earlier node, got 0/],
      [[['input']], /nodes\[0\]: expected a name, got nothing/],
      [[['input', 7]], /nodes\[0\]: expected a name, got 7/],
      [[['input', 'h'.repeat(101)]], /nodes\[0\]: expected a name of at most 100 characters/],
      [[[]], /nodes\[0\]: expected the name of an operation first, got nothing/],
      [['tanh'], /nodes\[0\]: expected an array, got "tanh"/],
      [[['constant']], /nodes\[0\]: expected one number for a constant/],
      [[['constant', 1, 2]], /nodes\[0\]: expected one number for a constant/],
      [[['constant', null]], /nodes\[0\]: expected a number, got null/],
      [[['constant', Number.NaN]], /nodes\[0\]: expected a number, got NaN/],
      [[['constant', Infinity]], /nodes\[0\]: expected a number, got Infinity/],
      [[['constant', 'NaN']], /nodes\[0\]: expected a number, got "NaN"/],
      [Array.from({ length: 10_001 }, () => ['input', 'h']), /cell\.nodes: expected at most 10000 items, got 10001/],
      [undefined, /cell\.nodes: expected an array, got nothing/],
    ]
    for (const [value, message] of nodes) refused({ nodes: value }, message)
  })

  it('is refused with the part that is wrong', () => {
    refused({ name: 3 }, /cell\.name: expected a name, got 3/)
    refused({ state: [4] }, /cell\.state: expected an object, got \[4\]/)
    refused({ state: { h: 5 } }, /cell\.state\["h"\]: expected a node 0 to 4, got 5/)
    refused({ quantities: { q: '1' } }, /cell\.quantities\["q"\]: expected a node 0 to 4, got "1"/)
    refused({ state: Object.fromEntries(Array.from({ length: 101 }, (_, k) => [`s${k}`, 4])) }, /at most 100 entries/)
    refused({ output: 'c' }, /expected the output to be a state \(h\), got "c"/)
    refused({ first: { h: null } }, /cell\.first\["h"\]: expected a number, got null/)
    refused({ first: { c: 1 } }, /expected first values for states \(h\), got "c"/)
    refused({ blocks: {} }, /cell\.blocks: expected an array/)
    refused({ blocks: [{ name: 'h', input: 1, recurrent: true }] }, /cell\.blocks\[0\]\.input: expected true or false/)
    refused(
      { blocks: [{ name: 'h', input: false, recurrent: false }] },
      /blocks\[0\]: expected an input or a recurrent/,
    )
    refused({ blocks: [] }, /expected weights that the cell has, got input\("h"\)/)
    refused({ parameters: [null] }, /cell\.parameters\[0\]: expected a name, got null/)
    refused({ parameters: ['weight_ih'] }, /not to begin with weight_/)
    assert.throws(() => cellFromDocument(null), /cell: expected an object, got null/)
  })

  it('may not name anything __proto__ or constructor', () => {
    const state = JSON.parse('{"h": 4, "__proto__": 4}')
    refused({ state }, /expected names of at most 100 letters.*got "__proto__"/)
    refused({ quantities: { constructor: 4 } }, /got "constructor"/)
    refused({ first: JSON.parse('{"__proto__": 1}') }, /got "__proto__"/)
    assert.throws(() => cellFromDocument(JSON.parse('{"__proto__": {"nodes": []}}')), ModelFileError)
  })

  it('never gives anything but a ModelFileError, however it is wrong', () => {
    const op = fc.oneof(
      fc.constantFrom(...Object.keys(operations), 'input', 'recurrent', 'previous', 'constant'),
      fc.string(),
    )
    const item = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: -1, max: 12 }) },
      fc.constantFrom('h', 'x'),
      fc.jsonValue(),
    )
    const row = fc.tuple(op, fc.array(item, { maxLength: 4 })).map(([first, rest]) => [first, ...rest])
    const record = fc.oneof(fc.dictionary(fc.constantFrom('h', 'c', '__proto__', ''), item), fc.jsonValue())
    const wrong = fc.record(
      {
        nodes: fc.oneof({ weight: 9, arbitrary: fc.array(row, { maxLength: 12 }) }, fc.jsonValue()),
        state: record,
        quantities: record,
        first: record,
        output: item,
        blocks: fc.oneof(
          fc.array(fc.record({ name: item, input: fc.boolean(), recurrent: fc.boolean() })),
          fc.jsonValue(),
        ),
        parameters: fc.oneof(fc.array(item), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(fc.oneof(wrong, fc.jsonValue()), change => {
        // Over a document that is right, so that the later checks are reached too; or alone.
        for (const document of [change, typeof change === 'object' ? { ...rnnDocument(), ...change } : change]) {
          try {
            const cell = cellFromDocument(document)
            compileCell(cell, Object.keys(cell.quantities))
            printEquations(cell)
          } catch (error) {
            assert.ok(error instanceof ModelFileError, `${error}`)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the largest documents', () => {
  const chain = (op: string, arity: number) => {
    const nodes: (string | number)[][] = [['input', 'h']]
    while (nodes.length < 10_000) nodes.push([op, ...Array<number>(arity).fill(nodes.length - 1)])
    return { ...rnnDocument(), nodes, state: { h: 9999 }, quantities: { middle: 5000 } }
  }
  /** A hundred operands, each made from the one before: as many products. */
  const operands = () => {
    const blocks = Array.from({ length: 100 }, (_, k) => ({ name: `b${k}`, input: true, recurrent: true }))
    const nodes: (string | number)[][] = [['previous', 'h']]
    for (const { name } of blocks) {
      nodes.push(['recurrent', name, nodes.length - 1], ['input', name])
      while (nodes.length % 97 !== 0) nodes.push(['max', nodes.length - 1, nodes.length - 2])
    }
    const last = nodes.length - 1
    const places = (count: number) =>
      Array.from({ length: count }, (_, k) => [k ? `q${k}` : 'h', last - 9 * k] as const)
    const [state, quantities] = [Object.fromEntries(places(100)), Object.fromEntries(places(1000))]
    return { ...rnnDocument(), nodes, blocks, state, quantities }
  }

  for (const [what, document] of [
    ['x = add(x, x), 10,000 deep', chain('add', 2)],
    ['x = max(x, x), 10,000 deep', chain('max', 2)],
    ['x = gelu(x), 10,000 deep', chain('gelu', 1)],
    ['a hundred products one behind another', operands()],
  ] as const) {
    it(`${what}: read, compiled, printed and written in bounded time`, () => {
      const start = performance.now()
      const cell = cellFromDocument(document)
      compileCell(cell, Object.keys(cell.quantities))
      printEquations(cell)
      assert.deepEqual(throughJson(cell).blocks, cell.blocks)
      assert.ok(performance.now() - start < SECONDS_MAX * 1000)
    })
  }

  it('a cell that could not be read again is not defined in the first place', () => {
    assert.throws(
      () =>
        defineCell('deep', ({ affine }) => {
          let h = affine('h')
          for (let k = 0; k < 10_000; k++) h = add(h, 1)
          return { state: { h } }
        }),
      /defineCell\(deep\): expected at most 10000 nodes, got 20004\. Write a smaller cell\./,
    )
  })
})
