import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { faultOf } from './faults.ts'
import { gru } from './gru.ts'
import { loadCell } from './load.ts'
import { lstm } from './lstm.ts'
import { cellNames } from './names.ts'
import { cellNamed, cells } from './registry.ts'
import { rnn, rnnRelu } from './rnn.ts'

describe('the built-in cells', () => {
  it('are found by their names', () => {
    for (const cell of [rnn, rnnRelu, lstm, gru]) assert.equal(cells[cell.name], cell)
    for (const [name, cell] of Object.entries(cells)) {
      assert.equal(cell.name, name)
      assert.equal(cellNamed(name), cell)
      assert.equal(faultOf(cell), null)
    }
  })

  it('has the names that options know without loading it', () => {
    assert.deepEqual(Object.keys(cells), [...cellNames])
  })

  it('are loaded one by one, too', async () => {
    for (const name of cellNames) assert.equal(await loadCell(name), cells[name])
    await assert.rejects(loadCell('lsmt'), /Did you mean "lstm"/)
  })

  it('a name that is none of them is refused with the nearest', () => {
    const names = Object.keys(cells).join(', ')
    const message = (given: string, hint: string) => ({
      name: 'OptionError',
      message: `cell: expected one of ${names}, got "${given}".${hint}`,
    })
    assert.throws(() => cellNamed('lsmt'), message('lsmt', ' Did you mean "lstm"?'))
    assert.throws(() => cellNamed('LSTM'), message('LSTM', ' Did you mean "lstm"?'))
    assert.throws(() => cellNamed('transformer'), message('transformer', ''))
    assert.throws(() => cellNamed('constructor'), message('constructor', ''))
  })
})
