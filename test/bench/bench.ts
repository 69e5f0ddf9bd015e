import { BUILTIN_PARTS, loadBuiltin, type PatternSource } from '../../src/rules/index.ts';
import { benchMatching } from './matching.ts';

const builtin: Record<string, readonly PatternSource[]> = {};
for (const part of BUILTIN_PARTS) builtin[part] = (await loadBuiltin(part)).rules.flatMap(({ patterns }) => patterns);
benchMatching(process.cwd(), builtin);
