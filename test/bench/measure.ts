/** Median CPU time of a few runs of `work`, in milliseconds, after one run to warm up. */
export function measure(work: () => void, runs = 5, warmUps = 1): number {
  for (let run = 0; run < warmUps; run++) work();
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return median(times);
}

/** The middle one, the upper one of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

/** Megabytes a second for so many UTF-16 units. */
export function megabytesPerSecond(units: number, milliseconds: number): number {
  return units / 1e6 / (milliseconds / 1000);
}

/** Prints rows of one table in columns. */
export function printTable(title: string, rows: readonly Readonly<Record<string, string | number>>[]): void {
  const [first] = rows;
  if (first === undefined) return;
  const names = Object.keys(first);
  const cells = [names, ...rows.map((row) => names.map((name) => format(row[name])))];
  const widths = names.map((_name, column) => Math.max(...cells.map((row) => (row[column] as string).length)));
  console.log(`\n${title}`);
  for (const row of cells) console.log(row.map((cell, column) => cell.padStart(widths[column] as number)).join('  '));
}

function format(value: string | number | undefined): string {
  if (typeof value !== 'number') return value ?? '';
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toPrecision(2);
}
