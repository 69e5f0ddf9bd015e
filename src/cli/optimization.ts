/** A setting of V8: its default, what long scans want, and the first number of the versions it is for, where not for all. */
interface Setting {
  readonly name: string;
  readonly usual: number;
  readonly long: number;
  readonly version?: string;
}

const SETTINGS: readonly Setting[] = [
  /** Bytes of code that a function may take in from those it calls. The default compiles most of what is small many times over. */
  { name: 'max-inlined-bytecode-size-cumulative', usual: 920, long: 300 },
  /** How much of a function runs before it is optimized, in bytes of its code. Later versions count otherwise. */
  { name: 'interrupt-budget', usual: 67_584, long: 600_000, version: '11.' },
];

/**
 * Has V8 optimize only what runs long, and less of it at once, until what is returned is called. By its defaults it spends a
 * second of CPU time in each thread on two hundred functions, some of them twice since they were not seen whole. `src/README.md`
 * has the figures.
 */
export function optimizeLess(): () => void {
  const wanted = SETTINGS.filter(({ version = '' }) => process.versions.v8.startsWith(version)).filter(
    ({ name }) => !isTold(name),
  );
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const { name, long } of wanted) setFlagsFromString(`--${name}=${long}`);
  // Code that is kept for the next start is taken only where all settings are what they were.
  return () => {
    for (const { name, usual } of wanted) setFlagsFromString(`--${name}=${usual}`);
  };
}

/** Whether whoever started this process has set it. */
function isTold(name: string): boolean {
  return process.execArgv.some((option) => option.replaceAll('_', '-').startsWith(`--${name}`));
}
