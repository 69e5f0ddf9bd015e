import { escapeVisible } from '../core/excerpt.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for HTML and XML, in content and in attributes: controls and invisible characters written out, markup escaped. */
export function escapeMarkup(text: string): string {
  return escapeVisible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
