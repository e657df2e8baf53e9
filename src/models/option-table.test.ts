/**
 * The checks of options, and every message of every option that a model has: the cases follow from the table.
 */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { completeOptions, expectation, type OptionKind, type OptionTable } from './option-table.ts'
import { textClassifierOptions } from './text-classifier-options.ts'

const tables: Readonly<Record<string, OptionTable>> = { 'TextClassifier.train': textClassifierOptions }

/** Values that an option refuses, as a message shows them. */
function wrongValues(option: OptionKind): [unknown, string][] {
  const others: [unknown, string][] = [
    [[1], '[1]'],
    [{ a: 1 }, '{"a":1}'],
  ]
  const nothing: [unknown, string][] = option.default === null ? [] : [[null, 'null']]
  switch (option.kind) {
    case 'whole':
    case 'number': {
      const below = option.minimum - 1
      const above = option.maximum * 2 + 1
      const fraction: [unknown, string][] = option.kind === 'whole' ? [[option.minimum + 0.5, '']] : []
      const range: [unknown, string][] = [
        [below, String(below)],
        [above, String(above)],
      ]
      return [...others, ...nothing, ...range, ...fraction, ['3', '"3"'], [Number.NaN, 'NaN'], [true, 'true']]
    }
    case 'sizes':
      return [...nothing, [[], '[]'], [[1, 'a'], ''], [0, '0'], ['3', '"3"'], [[1.5], '[1.5]'], [true, 'true']]
    case 'switch':
      return [...others, ...nothing, ['true', '"true"'], [1, '1']]
    case 'choice':
      return [...others, ...nothing, ['none of them', '"none of them"'], [0, '0']]
    case 'text':
      return [...others, ...nothing, [3, '3'], [false, 'false']]
    case 'texts':
      return [...others, ['one', '"one"']]
  }
}

function rightValues(option: OptionKind): unknown[] {
  const nothing = option.default === null ? [null] : []
  switch (option.kind) {
    case 'whole':
    case 'number':
      return [option.minimum, option.maximum, ...nothing]
    case 'sizes':
      return [option.minimum, option.maximum, [option.minimum], [option.minimum, option.maximum]]
    case 'switch':
      return [true, false, ...nothing]
    case 'choice':
      return [...option.choices]
    case 'text':
      return ['', 'zh-Hans', ...nothing]
    case 'texts':
      return [[], ['one', 'two'], ...nothing]
  }
}

for (const [where, table] of Object.entries(tables)) {
  describe(`the options of ${where}`, () => {
    const defaults = completeOptions(where, table, {})

    it('have defaults that fit, and undefined counts as not given', () => {
      assert.deepEqual(Object.keys(defaults), Object.keys(table))
      for (const [name, value] of Object.entries(defaults)) {
        assert.equal(completeOptions(where, table, { [name]: value })[name], value)
        assert.equal(completeOptions(where, table, { [name]: undefined })[name], value)
      }
    })

    for (const [name, option] of Object.entries(table)) {
      it(`${name}: takes what it says and refuses all else with what it wants`, () => {
        for (const value of rightValues(option)) {
          assert.deepEqual(completeOptions(where, table, { [name]: value }), { ...defaults, [name]: value })
        }
        for (const [value, shown] of wrongValues(option)) {
          assert.throws(
            () => completeOptions(where, table, { [name]: value }),
            (error: Error) =>
              error.name === 'OptionError' &&
              error.message.startsWith(`${where}: expected ${name} to be ${expectation(option)}, got ${shown}`),
            `${name}: ${shown}`,
          )
        }
      })

      it(`${name}: a slip of the pen is refused, and it is suggested`, () => {
        const slip = `${name}s`
        const names = Object.keys(table).join(', ')
        assert.throws(() => completeOptions(where, table, { [slip]: 1 }), {
          name: 'OptionError',
          message: `${where}: expected an option of ${names}, got "${slip}". Did you mean "${name}"?`,
        })
      })
    }

    it('are described for the help text', () => {
      for (const [name, { about }] of Object.entries(table)) assert.match(about, /^[A-Z].*\.$/s, name)
    })

    it('do not take what every object inherits', () => {
      for (const name of ['toString', 'constructor', '__proto__']) {
        assert.throws(() => completeOptions(where, table, JSON.parse(`{"${name}": 1}`)), { name: 'OptionError' })
      }
    })
  })
}

describe('what an option wants, in words', () => {
  const about = 'It.'
  const cases: [OptionKind, string][] = [
    [{ kind: 'whole', default: 1, minimum: 1, maximum: 9, about }, 'a whole number from 1 to 9'],
    [{ kind: 'number', default: null, minimum: 0, maximum: 0.9, about }, 'a number from 0 to 0.9'],
    [{ kind: 'sizes', default: 1, minimum: 1, maximum: 9, about }, 'one or more whole numbers from 1 to 9'],
    [{ kind: 'switch', default: false, about }, 'true or false'],
    [{ kind: 'choice', default: 'a', choices: ['a', 'b'], about }, 'one of a, b'],
    [{ kind: 'text', default: null, placeholder: 'NAME', about }, 'a text'],
  ]
  for (const [option, words] of cases) it(words, () => assert.equal(expectation(option), words))
})
