/**
 * Texts made harmless for where they are shown: a text that somebody else wrote must not move a cursor, turn the
 * direction of what follows, or become markup.
 */

/** Controls and line ends of all kinds. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu
/** What embeds, overrides or isolates a direction. */
const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g
/** What XML has no place for, besides controls. */
const NO_CHARACTERS = /[\uFFFE\uFFFF]/g

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** On one line: `␤` for each control, nothing for what turns directions, `�` for half a character. */
export const visible = (text: string): string =>
  text.toWellFormed().replace(CONTROLS, '␤').replace(DIRECTIONS, '').replace(NO_CHARACTERS, '�')

/** The same as text or attribute of HTML and XML. */
export const markup = (text: string): string => visible(text).replace(/[&<>"']/g, sign => ENTITIES[sign])

/** A token that can be seen: a space is `␣`. */
export const visibleToken = (token: string): string =>
  visible(token).replace(/^\s+$/, spaces => '␣'.repeat(spaces.length))
