/**
 * The words of the experiments' tables in Chinese: heads, models, measures, sources. A test fails where one is missing.
 */

export const CHINESE: Readonly<Record<string, string>> = {
  model: '模型',
  measured: '测量内容',
  ours: '我们的结果',
  'of seeds': '随机种子数：范围',
  published: '已发表',
  reached: '达到',
  yes: '是',
  no: '否',
  to: '至',

  'seeds that solve it within 10,000 strings': '在 10,000 个字符串以内学会的种子比例',
  'strings shown until it is solved': '学会所需的字符串数',
  'last but one symbols foretold': '倒数第二个符号的预测正确率',

  'training perplexity': '训练困惑度',
  'validation perplexity': '验证困惑度',
  'test perplexity': '测试困惑度',

  'training loss': '训练损失',
  'loss, last tenth': '损失（最后十分之一）',
  'loss, 50 places': '损失（50 处）',
  'closest correlation of a unit with the place in the line': '与行内位置相关性最高的单元的相关系数',

  units: '单元',
  'without its forget gate': '没有遗忘门',
  'word frequencies alone': '仅用词频',
  'letter frequencies alone': '仅用字符频率',
  'without dropout': '不用 dropout',
  'with dropout': '使用 dropout',
  'before training': '训练之前',
  'the same table': '同一张表',
  table: '表',
  strings: '个字符串',
  'small transformer': '小型 Transformer',
  nats: '奈特',
}
