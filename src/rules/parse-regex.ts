import type { AST, RegExpParser } from '@eslint-community/regexpp';
import { nodeModule } from '../core/builtin.ts';

let parser: RegExpParser | undefined;

/**
 * The syntax tree of a regex. Throws SyntaxError. The parser is required at the first call and not imported: a scan with
 * the compiled built-in rules never needs it.
 */
export function parseRegex(regex: string, flags: string): AST.Pattern {
  if (parser === undefined) {
    const regexpp: typeof import('@eslint-community/regexpp') = nodeModule().createRequire(import.meta.url)(
      '@eslint-community/regexpp',
    );
    parser = new regexpp.RegExpParser({ ecmaVersion: 2025 });
  }
  return parser.parsePattern(regex, 0, regex.length, {
    unicode: flags.includes('u'),
    unicodeSets: flags.includes('v'),
  });
}
