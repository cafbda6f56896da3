/**
 * Mocha's usual output, and its counts and failures in a file for scripts/test.ts to sum and to repeat at the end. A
 * suite whose process dies before the end leaves no file, and so counts as failed.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** How much of a failure is repeated at the end: what was expected, and where. */
const FAILURE_LINES = 15;
/** So long after its last test a run says what still holds it, ms: soon scripts/test.ts calls it stuck. */
const HELD_AFTER_MS = 15_000;

function describeFailure(test: Mocha.Runnable, error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = text.split('\n').slice(0, FAILURE_LINES);
  return [test.titlePath().join(' > '), ...lines.map((line) => `    ${line}`)].join('\n');
}

class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['SWITCHBOARD_TEST_COUNTS'];
    const told: string[] = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test: Mocha.Runnable, error: unknown) => {
      told.push(describeFailure(test, error));
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      if (file === undefined) return;
      const { passes, failures } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures, told }));
      setTimeout(() => {
        process.stderr.write(`still open after the last test: ${process.getActiveResourcesInfo().join(', ')}\n`);
      }, HELD_AFTER_MS).unref();
    });
  }
}

// Mocha takes a reporter as the default export only.
export default CountingReporter;
