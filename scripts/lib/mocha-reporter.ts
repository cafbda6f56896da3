/**
 * Mocha's usual output, and its counts in a file for scripts/test.ts to sum. A suite whose process dies before the
 * end leaves no file, and so counts as failed.
 */
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env['SWITCHBOARD_TEST_COUNTS'];
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      if (file === undefined) return;
      const { passes, failures } = this.stats;
      writeFileSync(file, JSON.stringify({ passed: passes, failed: failures }));
    });
  }
}

// Mocha takes a reporter as the default export only.
export default CountingReporter;
