/** Where in a user's file a fault is; 1-based. */
export interface FaultLocation {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Dotted path of the field at fault: `rules[2].severity`. */
  readonly field?: string;
}

/**
 * An error that the user can mend: it says what, where and what to do, and is printed without a stack.
 * Everything else that is thrown is a defect of the program.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError';
  readonly code: string;
  readonly location: FaultLocation | undefined;

  constructor(code: string, message: string, location?: FaultLocation, options?: ErrorOptions) {
    super(location ? `${formatLocation(location)}: ${message}` : message, options);
    this.code = code;
    this.location = location;
  }
}

/** `file:line:column (field)`, as much of it as is known. */
export function formatLocation({ file, line, column, field }: FaultLocation): string {
  const place = line === undefined ? file : column === undefined ? `${file}:${line}` : `${file}:${line}:${column}`;
  return field ? `${place} (${field})` : place;
}

/** The closest known name within an edit distance of about a third, for "did you mean". */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(substitution, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
    }
    previous = current;
  }
  return previous[b.length] as number;
}
