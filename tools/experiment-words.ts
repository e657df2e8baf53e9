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
}
