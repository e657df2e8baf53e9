import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OptionError } from '../errors/errors.ts'
import { createTokenizer, type TokenizerSettings } from './tokenizer.ts'

test('words are made small unless told otherwise; characters and split text are not', () => {
  assert.deepEqual(createTokenizer({ tokens: 'word' }).tokens('The END.'), ['the', 'end', '.'])
  assert.deepEqual(createTokenizer({ tokens: 'word', lowercase: false }).tokens('The END.'), ['The', 'END', '.'])
  assert.deepEqual(createTokenizer({ tokens: 'space' }).tokens(' The  END.\n<unk>\tN '), ['The', 'END.', '<unk>', 'N'])
  assert.deepEqual(createTokenizer({ tokens: 'space', lowercase: true }).tokens('The END'), ['the', 'end'])
  assert.deepEqual(createTokenizer({ tokens: 'character' }).tokens('A b'), ['A', ' ', 'b'])
})

test('settings come back with their defaults, to be saved', () => {
  assert.deepEqual(createTokenizer({ tokens: 'word' }).settings, { tokens: 'word', language: 'und', lowercase: true })
})

test('tokens beyond the limit are cut, and that is said', () => {
  const tokenizer = createTokenizer({ tokens: 'word', maxTokens: 2 })
  assert.deepEqual(tokenizer.tokenize('one two'), { tokens: ['one', 'two'], isCut: false })
  assert.deepEqual(tokenizer.tokenize('one two three'), { tokens: ['one', 'two'], isCut: true })
  assert.deepEqual(tokenizer.tokens('one two three'), ['one', 'two'])
})

test('each kind joins its own tokens', () => {
  assert.equal(createTokenizer({ tokens: 'word' }).join(['well', ',', 'yes', '.']), 'well, yes.')
  assert.equal(createTokenizer({ tokens: 'space' }).join(['a', 'b.']), 'a b.')
  assert.equal(createTokenizer({ tokens: 'character' }).join(['a', ' ', 'b']), 'a b')
})

test('wrong settings are refused with what to do', () => {
  const refused = (settings: object, message: RegExp) => {
    assert.throws(
      () => createTokenizer(settings as TokenizerSettings),
      error => error instanceof OptionError && message.test(error.message),
    )
  }
  refused({ tokens: 'words' }, /^tokens: expected one of word, space, character, got "words"\. Did you mean "word"\?$/)
  refused({ tokens: 'x' }, /Choose one of them\.$/)
  refused({ tokens: 'word', maxTokens: 0 }, /^max-tokens: expected a whole number of 1 or more, got 0\./)
  refused({ tokens: 'word', language: 'not a tag' }, /^language: expected a tag such as en, zh or pt-BR/)
})
