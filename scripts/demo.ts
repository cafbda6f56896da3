/**
 * `npm run demo`: two accounts are linked, staff and customers write to each other, the host is killed in the middle of
 * sending, another takes over, and in the end the phones are asked what they saw. Prints a timeline; the exit code tells.
 */
import { startEmulators } from './lib/emulators.ts';
import { localSessionKey } from './lib/session-key.ts';
import { freePorts } from './lib/ports.ts';
import { stopAll } from './lib/processes.ts';
import { secondsOf } from './lib/progress.ts';
import { seedDemoStaff } from './lib/seed.ts';
import { onStopAsked } from './lib/shutdown.ts';
import { startSimulator } from './lib/simulator.ts';

const startedAt = performance.now();

/** One line of the timeline. */
function tell(line: string): void {
  process.stdout.write(`${secondsOf(performance.now() - startedAt).padStart(6)} s  ${line}\n`);
}

async function startStack(): Promise<void> {
  const ports = await freePorts();
  tell('starting the emulators, the functions and the simulated WhatsApp network ...');
  const emulators = await startEmulators({ only: ['auth', 'firestore', 'functions'], ports, logs: 'demo' });
  await seedDemoStaff(emulators.env);
  const simulator = await startSimulator({ port: ports.simulator, logs: 'demo' });
  Object.assign(process.env, emulators.env, {
    SIMULATOR_URL: simulator.url,
    SESSION_KEK: localSessionKey(),
    SWITCHBOARD_SUITE: 'demo',
  });
}

async function main(): Promise<void> {
  onStopAsked((reason) => {
    tell(`${reason}: stopping`);
    void stopAll().then(() => process.exit(1));
  });
  let isGood = false;
  try {
    await startStack();
    // Loaded late: the story reads from the environment where the stack is.
    const { tellStory } = await import('../test/support/demo-story.ts');
    const { closeAll } = await import('../test/support/clean-up.ts');
    isGood = await tellStory(tell).finally(closeAll);
  } catch (error) {
    tell(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  tell(
    isGood ? 'Nothing was lost and nothing was sent twice.' : 'The demo failed; logs are in .switchboard/logs/demo.',
  );
  await stopAll();
  process.exit(isGood ? 0 : 1);
}

await main();
