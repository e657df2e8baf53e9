/**
 * The texts that the studio brings, to look for a unit's other places in. English and Chinese sentences of opinion,
 * written for this page, and the beginning of Jane Austen's "Emma" (1816), which is in the public domain.
 */

const ENGLISH = [
  'The food was good but the service was slow.',
  'I would not go back, even though the view is lovely.',
  'A wonderful film: I laughed, I cried, and I want to see it again.',
  'The plot is thin, but the acting carries it.',
  'Not bad at all for the price.',
  'It never worked, and nobody answered my letters.',
  'The battery lasts for days and the sound is great.',
  'I expected a masterpiece and got two hours of noise.',
  'The noodles were fresh and the staff very friendly.',
  'Nothing about this phone is worth the money.',
  'The charger broke after a week.',
  'She is the only reason to watch this show.',
  'The room was clean, quiet and close to the station.',
  'We waited for an hour and the soup was cold.',
  'What a waste of a good cast.',
  'It is not the worst restaurant in town, but it tries.',
  'I love the colour and hate the buttons.',
  'The second half is much better than the first.',
  'Two hours of my life that I will never get back.',
  'Highly recommended to everybody who likes slow films.',
  'The headset is comfortable, but the microphone is awful.',
  'If you enjoy being bored, this is the book for you.',
  'Best coffee in the street, and they know it.',
  'The story does not make any sense, and I did not mind.',
  'Emma Woodhouse, handsome, clever, and rich, seemed to unite some of the best blessings of existence.',
  'She was the youngest of the two daughters of a most affectionate, indulgent father.',
  'Her mother had died too long ago for her to have more than an indistinct remembrance of her caresses.',
  'Sixteen years had Miss Taylor been in Mr. Woodhouse’s family, less as a governess than a friend.',
  'The real evils, indeed, of Emma’s situation were the power of having rather too much her own way.',
  'Sorrow came, a gentle sorrow, but not at all in the shape of any disagreeable consciousness.',
  'It was Miss Taylor’s loss which first brought grief.',
  'The wedding over, and the bride-people gone, her father and herself were left to dine together.',
]

const CHINESE = [
  '菜很好吃，可是上菜太慢了。',
  '风景不错，但我不会再来。',
  '一部精彩的电影：我笑了，也哭了，还想再看一遍。',
  '情节单薄，好在演员撑住了场面。',
  '这个价钱，真的不算差。',
  '从来没有正常用过，也没有人回复我。',
  '电池能用好几天，声音也很好。',
  '本来期待一部杰作，结果吵了两个小时。',
  '面条新鲜，服务员很热情。',
  '这部手机一点也不值这个钱。',
  '充电器一个星期就坏了。',
  '房间干净安静，离车站很近。',
  '等了一个小时，汤还是凉的。',
  '浪费了这么好的演员。',
  '不是城里最差的饭馆，可也差不多了。',
  '后半部分比前半部分好得多。',
]

/** @param language  The model's, a BCP 47 tag. */
export const broughtTexts = (language: string): readonly string[] => (language.startsWith('zh') ? CHINESE : ENGLISH)

/** What a person sees first. */
export function firstText(task: string, language: string): string {
  if (language.startsWith('zh')) return CHINESE[0]
  return task === 'classifier'
    ? 'the food was good but the service was slow'
    : 'She was the youngest of the two daughters'
}

/** To choose from. */
export const examplesFor = (task: string, language: string): readonly string[] => {
  if (language.startsWith('zh')) return CHINESE.slice(0, 8)
  return task === 'classifier' ? ENGLISH.slice(0, 8) : ENGLISH.slice(-8)
}
