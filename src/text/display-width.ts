/** How wide a text stands in a terminal. */

const WIDE = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\u3000-\u303F\uFF00-\uFF60\p{Emoji_Presentation}]/gu
const WITHOUT_WIDTH = /\p{M}|\p{Cf}/gu

/** Columns of a terminal that a text takes: two for a Chinese character, none for an accent set upon a letter. */
export function displayWidth(text: string): number {
  const characters = [...text.replace(WITHOUT_WIDTH, '')].length
  return characters + (text.match(WIDE)?.length ?? 0)
}
