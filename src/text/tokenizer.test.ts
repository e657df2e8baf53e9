import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModelFileError, OptionError } from '../errors/errors.ts'
import { loadSubwords } from './subword-library.ts'
import { trainSubwords } from './subword-training.ts'
import { createTokenizer, TOKEN_KINDS, type TokenizerSettings, type TokenKind } from './tokenizer.ts'
import { settingsFromDocument, settingsToDocument } from './tokenizer-document.ts'

test('words are made small unless told otherwise; characters and split text are not', () => {
  assert.deepEqual(createTokenizer({ tokens: 'word' }).tokens('The END.'), ['the', 'end', '.'])
  assert.deepEqual(createTokenizer({ tokens: 'word', lowercase: false }).tokens('The END.'), ['The', 'END', '.'])
  assert.deepEqual(createTokenizer({ tokens: 'space' }).tokens(' The  END.\n<unk>\tN '), ['The', 'END.', '<unk>', 'N'])
  assert.deepEqual(createTokenizer({ tokens: 'space', lowercase: true }).tokens('The END'), ['the', 'end'])
  assert.deepEqual(createTokenizer({ tokens: 'character' }).tokens('A b'), ['A', ' ', 'b'])
})

const subwords = await trainSubwords(['the cat sat on the mat, naïve 猫猫'], { vocabulary: 262 })

test('before its library is loaded, subword says what to do', () => {
  assert.throws(() => createTokenizer({ tokens: 'subword', subwords }), /Write "await loadSubwords\(\)" once before\./)
})

function tokenizerOf(tokens: TokenKind, more: Partial<TokenizerSettings> = {}) {
  return createTokenizer({ tokens, ...more, ...(tokens === 'subword' ? { subwords } : {}) })
}

test('subwords are pieces with their spaces; code points are what Unicode counts', async () => {
  await loadSubwords()
  const tokenizer = tokenizerOf('subword')
  assert.deepEqual(tokenizer.tokens('the mat'), ['the', 'Ġ', 'm', 'at'])
  assert.equal(tokenizer.join(tokenizer.tokens('the 猫 mat\n')), 'the 猫 mat\n')
  assert.deepEqual(tokenizerOf('code-point').tokens('e\u0301👍'), ['e', '\u0301', '👍'])
})

const anyText = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('\n', '\n\n', ' ', '  ', '"', 'the', "it's", '猫')))
  .map(parts => parts.join(''))
const anyKind = fc.constantFrom(...TOKEN_KINDS)
const anyLineEnd = fc.constantFrom({}, { lineEnd: '<eos>' })

test('the tokens of a text are those of its lines, one after the other', () => {
  fc.assert(
    fc.property(anyKind, anyLineEnd, anyText, (kind, lineEnd, text) => {
      const tokenizer = tokenizerOf(kind, lineEnd)
      const lines = text.split(/(?<=\n)/)
      assert.deepEqual(
        lines.flatMap(line => tokenizer.tokens(line)),
        tokenizer.tokens(text),
      )
    }),
  )
})

test('joined tokens begin with any beginning of them joined', () => {
  fc.assert(
    fc.property(anyKind, anyLineEnd, anyText, (kind, lineEnd, text) => {
      const tokenizer = tokenizerOf(kind, lineEnd)
      const tokens = tokenizer.tokens(text)
      const whole = tokenizer.join(tokens)
      tokens.forEach((_, k) => {
        assert.ok(whole.startsWith(tokenizer.join(tokens.slice(0, k))))
      })
      if (kind !== 'word' && kind !== 'space') assert.equal(whole, text.toWellFormed())
    }),
  )
})

test('each line end is the token given for it, and what the text already has stays', () => {
  const tokenizer = tokenizerOf('space', { lineEnd: '<eos>' })
  assert.deepEqual(tokenizer.tokens(' no <unk> N \n\n it\n'), ['no', '<unk>', 'N', '<eos>', '<eos>', 'it', '<eos>'])
  assert.equal(tokenizer.join(['no', '<unk>', '<eos>', '<eos>', 'it', '<eos>']), 'no <unk>\n\nit\n')
  assert.deepEqual(tokenizerOf('character', { lineEnd: '$' }).tokens('a\n'), ['a', '$'])
})

test('what a model file keeps makes the same tokenizer', () => {
  for (const tokens of TOKEN_KINDS) {
    const tokenizer = tokenizerOf(tokens, { lineEnd: '<eos>', maxTokens: 5 })
    const document: unknown = JSON.parse(JSON.stringify(settingsToDocument(tokenizer)))
    assert.deepEqual(createTokenizer(settingsFromDocument(document)).settings, tokenizer.settings)
  }
})

test('settings from a hostile file are refused or make a tokenizer', () => {
  const document = settingsToDocument(tokenizerOf('subword'))
  const changes = fc.dictionary(fc.constantFrom(...Object.keys(document), 'lineEnd'), fc.jsonValue())
  fc.assert(
    fc.property(changes, change => {
      try {
        createTokenizer(settingsFromDocument({ ...document, ...change })).tokens('the cat')
      } catch (error) {
        assert.ok(error instanceof ModelFileError || error instanceof OptionError, String(error))
      }
    }),
  )
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
  refused(
    { tokens: 'words' },
    /^tokens: expected one of word, space, character, code-point, subword, got "words"\. Did you mean "word"\?$/,
  )
  refused({ tokens: 'x' }, /Choose one of them\.$/)
  refused({ tokens: 'word', maxTokens: 0 }, /^max-tokens: expected a whole number of 1 or more, got 0\./)
  refused(
    { tokens: 'word', lineEnd: 'a b' },
    /^line-end: expected a token of 1 to 100 characters .* got "a b"\. Try <eos>/,
  )
  refused({ tokens: 'subword' }, /^subwords: expected a tokenizer\.json for .* got none for "subword"/)
  refused({ tokens: 'word', subwords }, /^subwords: .* got one for "word"/)
  refused({ tokens: 'word', language: 'not a tag' }, /^language: expected a tag such as en, zh or pt-BR/)
})
