import { loadBuiltin } from '../../src/rules/index.ts';
import { benchMatching } from './matching.ts';

const heuristic = await loadBuiltin('heuristic');
benchMatching(
  process.cwd(),
  heuristic.rules.flatMap(({ patterns }) => patterns),
);
