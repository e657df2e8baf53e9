import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ModelFileError } from '../errors/errors.ts'
import { asSubwords, parseSubwords } from './subword-document.ts'
import { loadSubwords } from './subword-library.ts'
import { subwordMethods } from './subword-tokens.ts'
import { trainSubwords } from './subword-training.ts'

await loadSubwords()
const made = await trainSubwords(['the cat sat on the mat the hat'], { vocabulary: 262 })

/** The pre-tokenizer of Llama 3's file. */
const LLAMA =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)" +
  String.raw`|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}` +
  String.raw`| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`

function splitBy(expression: string): object {
  return {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: expression }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    ],
  }
}

function refusal(document: unknown): string {
  try {
    asSubwords(document, 'subwords')
  } catch (error) {
    assert.ok(error instanceof ModelFileError, String(error))
    return error.message
  }
  return assert.fail('expected a refusal')
}

test('what was made is read again as it was, from JSON too', () => {
  assert.deepEqual(asSubwords(made, 'subwords'), made)
  assert.deepEqual(parseSubwords(JSON.stringify(made), 'tokenizer.json'), made)
})

test('pairs as arrays, added tokens, normalizers and the expressions of known tokenizers are taken', () => {
  const merges = made.model.merges.map(merge => merge.split(' '))
  const id = Object.keys(made.model.vocab).length
  const document = asSubwords(
    {
      ...made,
      normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Lowercase' }] },
      pre_tokenizer: splitBy(LLAMA),
      model: { ...made.model, merges },
      added_tokens: [{ id, content: '<|end|>', special: true }],
    },
    'subwords',
  )
  const { split, join } = subwordMethods(document)
  assert.deepEqual(split('The CAT\n<|end|>'), ['the', 'Ġ', 'c', 'at', 'Ċ', '<|end|>'])
  assert.equal(join(split('The CAT\n<|end|>')), 'the cat\n<|end|>')
})

test('other kinds are refused with what would do', () => {
  const { model } = made
  assert.match(
    refusal({ ...made, model: { ...model, type: 'WordPiece' } }),
    /model\.type: expected BPE, got "WordPiece"/,
  )
  assert.match(refusal({ ...made, model: { ...model, byte_fallback: true } }), /byte_fallback: expected false/)
  assert.match(refusal({ ...made, pre_tokenizer: { type: 'Metaspace' } }), /expected ByteLevel or Sequence, got "Metas/)
  assert.match(
    refusal({ ...made, pre_tokenizer: splitBy('(a+)+$') }),
    /Others are not run, since one from a file could/,
  )
  assert.match(refusal({ ...made, normalizer: { type: 'Replace' } }), /expected NFC or .*, got "Replace"/)
  assert.match(refusal({ ...made, added_tokens: [{ id: 1, content: '' }] }), /added_tokens\[0\]\.content/)
})

test('pieces that do not fit together are refused', () => {
  const { model } = made
  assert.match(refusal({ ...made, model: { ...model, vocab: {} } }), /model\.vocab: expected 1 to/)
  assert.match(refusal({ ...made, model: { ...model, vocab: { a: 0, b: 0 } } }), /a different number for each piece/)
  assert.match(refusal({ ...made, model: { ...model, vocab: { a: 1e9 } } }), /expected a whole number from 0/)
  assert.match(refusal({ ...made, model: { ...model, merges: ['a __proto__'] } }), /merges\[0\]: expected two pieces/)
  assert.match(refusal({ ...made, model: { ...model, merges: [['a']] } }), /merges\[0\]: expected two pieces/)
})

test('the name of a file stands first', () => {
  assert.throws(() => parseSubwords('{}', 'a/tokenizer.json'), /^ModelFileError: a\/tokenizer\.json, model: expected/)
  assert.throws(() => parseSubwords('no', 'a/tokenizer.json'), /^ModelFileError: a\/tokenizer\.json: expected JSON/)
})

test('a document changed anywhere is refused or works; nothing else happens', () => {
  const small = { ...made, model: { ...made.model, vocab: { a: 0, b: 1, ab: 2, Ċ: 3 }, merges: ['a b'] } }
  const paths = pathsOf(small)
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue(), fc.string(), (path, value, text) => {
      workOrRefuse(changed(small, path, value), text)
    }),
    { numRuns: 500 },
  )
})

test('text of JSON that is cut or flipped is refused or works', () => {
  const text = JSON.stringify(made)
  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom('', '"', '}', '9', '\\', '\0'),
      fc.boolean(),
      (at, by, cut) => {
        const damaged = cut ? text.slice(0, at) : text.slice(0, at) + by + text.slice(at + 1)
        workOrRefuse(damaged, 'the cat')
      },
    ),
    { numRuns: 500 },
  )
})

function workOrRefuse(document: unknown, text: string): void {
  try {
    const checked = typeof document === 'string' ? parseSubwords(document, 'file') : asSubwords(document, 'subwords')
    const { split, join } = subwordMethods(checked)
    assert.equal(typeof join(split(text)), 'string')
  } catch (error) {
    assert.ok(error instanceof ModelFileError, String((error as Error).stack))
  }
}

type Path = readonly string[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))]
}

function changed(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) }
  Reflect.set(copy, key, changed(Reflect.get(copy, key), rest, by))
  return copy
}
