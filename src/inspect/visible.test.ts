import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markup, visible, visibleToken } from './visible.ts'

test('controls, line ends and escapes are shown as signs, on one line', () => {
  assert.equal(visible('a\nb\tc\x1b[31md\x07\x7f\x9b\u2028'), 'a␤b␤c␤[31md␤␤␤␤')
})

test('what turns directions is taken out, what joins letters stays', () => {
  assert.equal(visible('a\u202Eb\u2066c\u200Fd'), 'abcd')
  assert.equal(visible('👩\u200D🚀 电影'), '👩\u200D🚀 电影')
})

test('half a character and what XML has no place for become �', () => {
  assert.equal(visible('a\uD83Db\uFFFE\0'), 'a�b�␤')
})

test('markup is text', () => {
  assert.equal(markup(`<img src=x onerror="a('&')">`), '&lt;img src=x onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;')
})

test('white space alone can be seen', () => {
  assert.deepEqual([' ', '  ', 'a b', '\n', ''].map(visibleToken), ['␣', '␣␣', 'a b', '␤', ''])
})
