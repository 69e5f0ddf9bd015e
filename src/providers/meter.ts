import { addUsage, type LlmUsage, NO_USAGE } from '../core/provider.ts';
import type { Ledger } from './ledger.ts';
import { ProviderError } from './provider-error.ts';

/** Counts what a run sends, and refuses what would pass a limit. */
export interface Meter {
  /**
   * Sets the worst cost of one request aside; throws ProviderError `limit` where that would pass a limit. The request
   * must then be settled with what it really took.
   */
  reserve(worst: LlmUsage): Promise<(actual: LlmUsage) => Promise<void>>;
  /** What was really taken so far. */
  spent(): LlmUsage;
}

/** The limits of one run, and the ledger of all runs where a budget is set. */
export interface MeterOptions {
  readonly maxCalls: number | null;
  readonly maxCostUsd: number | null;
  readonly ledger: Ledger | null;
}

/** A meter at zero. */
export function createMeter({ maxCalls, maxCostUsd, ledger }: MeterOptions): Meter {
  let spent = NO_USAGE;
  let reservedUsd = 0;
  let calls = 0;
  return {
    async reserve(worst) {
      if (maxCalls !== null && calls >= maxCalls) {
        throw new ProviderError(
          'limit',
          `The limit of ${maxCalls} LLM calls is reached; the text was not asked about.`,
        );
      }
      if (maxCostUsd !== null && spent.costUsd + reservedUsd + worst.costUsd > maxCostUsd) {
        throw new ProviderError(
          'limit',
          `The limit of $${maxCostUsd} for LLM calls is reached; the text was not asked about.`,
        );
      }
      // Before any waiting, so that requests that start together see each other.
      calls++;
      reservedUsd += worst.costUsd;
      try {
        await ledger?.add(worst.costUsd);
      } catch (error) {
        calls--;
        reservedUsd -= worst.costUsd;
        throw error;
      }
      return async (actual) => {
        reservedUsd -= worst.costUsd;
        spent = addUsage(spent, actual);
        // What cannot be given back stays set aside: the budget is then reached early, not late.
        if (worst.costUsd > actual.costUsd)
          await ledger?.giveBack(worst.costUsd - actual.costUsd).catch(() => undefined);
      };
    },
    spent: () => spent,
  };
}
