/** A setting of V8, and the options that set it. */
interface Setting {
  readonly name: string;
  readonly usual: string;
  /** What long scans want. */
  readonly long: string;
  /** Major versions of V8 in which this was measured: Node 20 has 11, Node 22 has 12, Node 24 has 13. Another may not know the setting. */
  readonly versions: readonly string[];
}

const SETTINGS: readonly Setting[] = [
  // Bytes of code that a function may take in from those it calls. By default what is small is compiled many times over.
  {
    name: 'max-inlined-bytecode-size-cumulative',
    usual: '--max-inlined-bytecode-size-cumulative=920',
    long: '--max-inlined-bytecode-size-cumulative=300',
    versions: ['11', '12', '13'],
  },
  // How much of a function runs before it is optimized, in bytes of its code. Later versions count calls.
  { name: 'interrupt-budget', usual: '--interrupt-budget=67584', long: '--interrupt-budget=600000', versions: ['11'] },
  // What little garbage there is, is collected by several threads at once; here all processors have work already.
  {
    name: 'parallel-scavenge',
    usual: '--parallel-scavenge',
    long: '--no-parallel-scavenge',
    versions: ['11', '12', '13'],
  },
  // Room for new objects is left as small as it is: to let it grow would take 30 MB of memory for 2 % of the time.
  {
    name: 'semi-space-growth-factor',
    usual: '--semi-space-growth-factor=2',
    long: '--semi-space-growth-factor=1',
    versions: ['11', '12', '13'],
  },
];

/**
 * Has V8 optimize only what runs long, and less of it at once, until what is returned is called. By its defaults it spends a
 * second of CPU time in each thread on two hundred functions, some of them twice since they were not seen whole. `src/README.md`
 * has the figures.
 */
export function optimizeLess(): () => void {
  const version = process.versions.v8.split('.')[0] as string;
  const wanted = SETTINGS.filter(({ name, versions }) => versions.includes(version) && !isTold(name));
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  for (const { long } of wanted) setFlagsFromString(long);
  // Code that is kept for the next start is taken only where all settings are what they were.
  return () => {
    for (const { usual } of wanted) setFlagsFromString(usual);
  };
}

/** Whether whoever started this process has set it. */
function isTold(name: string): boolean {
  return process.execArgv.some((option) =>
    option
      .replaceAll('_', '-')
      .replace(/^--no-/, '--')
      .startsWith(`--${name}`),
  );
}
