import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findLanguage } from './language.ts'

test('the script tells the language where it matters for dividing', () => {
  assert.equal(findLanguage(['酒店很好，我用 iPhone 拍照']), 'zh')
  assert.equal(findLanguage(['東京へ行きました', '今日は良い天気です']), 'ja')
  assert.equal(findLanguage(['안녕하세요 세계']), 'ko')
  assert.equal(findLanguage(['สวัสดีครับ']), 'th')
  assert.equal(findLanguage(['The plot is thin', 'Привет', 'one word of 中文']), 'und')
  assert.equal(findLanguage([]), 'und')
  assert.equal(findLanguage(['123 !!']), 'und')
})
