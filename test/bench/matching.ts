import { compileMatcher, type PatternSource } from '../../src/rules/index.ts';
import { naiveScan } from '../rules/naive.ts';
import { HOSTILE } from './hostile.ts';
import { measure, megabytesPerSecond, printTable } from './measure.ts';
import { benchOtherTools } from './other-tools.ts';
import { syntheticPatterns } from './rules.ts';
import { type TextSource, textSources } from './texts.ts';

/** Speed by kind and size of text, with every regex over the whole text beside it. */
export function benchKinds(
  patterns: readonly PatternSource[],
  title: string,
  sources: Readonly<Record<string, TextSource>>,
): void {
  const engine = compileMatcher(patterns);
  const naive = naiveScan(patterns);
  const rows = Object.entries(sources).flatMap(([kind, source]) =>
    [64_000, 1_000_000].map((size) => {
      const text = source(size);
      const ours = measure(() => engine.match(text), size > 100_000 ? 3 : 9, size > 100_000 ? 3 : 20);
      const sample = text.slice(0, 60_000);
      const plain = measure(() => naive(sample), 1, 1) * (text.length / sample.length);
      return {
        kind,
        KB: size / 1000,
        'engine MB/s': megabytesPerSecond(size, ours),
        'naive MB/s': megabytesPerSecond(size, plain),
        ratio: plain / ours,
        matches: engine.match(text).length,
      };
    }),
  );
  printTable(title, rows);
}

/** Time of one warm prompt of 500 units. */
export function benchPrompts(patterns: readonly PatternSource[], title: string, source: TextSource): void {
  const engine = compileMatcher(patterns);
  const naive = naiveScan(patterns);
  const whole = source(500_000);
  const prompts = Array.from({ length: 1000 }, (_, index) => whole.slice(index * 500, index * 500 + 500));
  const ours = measure(() => prompts.map((prompt) => engine.match(prompt)), 9, 5);
  const plain = measure(() => prompts.slice(0, 100).map((prompt) => naive(prompt)), 1, 1) * 10;
  printTable(title, [{ 'engine µs': ours, 'naive µs': plain, ratio: plain / ours }]);
}

/** Speed with more and more rules. */
export function benchGrowth(counts: readonly number[], sources: readonly TextSource[]): void {
  const text = sources.map((source) => source(250_000)).join('\n');
  const rows = counts.map((count) => {
    const patterns = syntheticPatterns(count);
    const compiled = performance.now();
    const engine = compileMatcher(patterns);
    const compileTime = performance.now() - compiled;
    const naive = naiveScan(patterns);
    const ours = measure(() => engine.match(text), 3, 2);
    const plain = measure(() => naive(text.slice(0, 40_000)), 1, 0) * (text.length / 40_000);
    return {
      rules: count,
      'compile ms': compileTime,
      'engine MB/s': megabytesPerSecond(text.length, ours),
      'naive MB/s': megabytesPerSecond(text.length, plain),
      ratio: plain / ours,
    };
  });
  printTable('growth with rules (half prose, half code)', rows);
}

/** Time by size on hostile texts: growing with size, no faster. */
export function benchHostile(patterns: readonly PatternSource[]): void {
  const engine = compileMatcher(patterns);
  const sizes = [64_000, 256_000, 1_000_000];
  const rows = Object.entries(HOSTILE).map(([shape, make]) => {
    const times = sizes.map((size) => {
      const text = Buffer.from(make(size)).toString();
      return measure(() => engine.match(text), 1, 1);
    });
    const [small = 1, medium = 1, large = 1] = times;
    return { shape, '64 KB ms': small, '256 KB ms': medium, '1 MB ms': large, 'MB/s at 1 MB': 1000 / large };
  });
  printTable('hostile shapes', rows);
}

/** All matching benches. */
export function benchMatching(root: string, builtin: Readonly<Record<string, readonly PatternSource[]>>): void {
  const sources = textSources(root);
  const prose = sources.prose as TextSource;
  const code = sources.code as TextSource;
  const synthetic = syntheticPatterns(250);
  benchKinds(synthetic, '250 synthetic rules', sources);
  benchPrompts(synthetic, '250 synthetic rules, prompts of 500 units', prose);
  for (const [part, patterns] of Object.entries(builtin)) {
    benchKinds(patterns, `${patterns.length} patterns of the built-in ${part} rules`, sources);
    benchPrompts(patterns, `${patterns.length} patterns of the built-in ${part} rules, prompts of 500 units`, prose);
  }
  benchGrowth([50, 250, 1000, 4000], [prose, code]);
  benchHostile([...Object.values(builtin).flat(), ...synthetic]);
  benchOtherTools(prose);
  benchMemory(Object.values(builtin).flat(), prose);
}

/** What scanning 10 MB takes beyond the text, and its speed. */
function benchMemory(patterns: readonly PatternSource[], source: TextSource): void {
  const text = source(10_000_000);
  const engine = compileMatcher(patterns);
  engine.match(text.slice(0, 100_000));
  const before = process.memoryUsage().rss;
  const time = measure(() => engine.match(text), 1, 0);
  const more = (process.memoryUsage().rss - before) / 1e6;
  printTable('one text of 10 MB', [
    { patterns: patterns.length, 'RSS grows by MB': Math.max(0, more), 'MB/s': megabytesPerSecond(text.length, time) },
  ]);
}
