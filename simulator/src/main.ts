/** The simulator as a process. */
import { readConfig } from './config.ts';
import { startSimulator } from './simulator.ts';

const simulator = await startSimulator(readConfig());
console.log(`WhatsApp simulator: network ${simulator.wsUrl}, phones and control ${simulator.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void simulator.stop();
  });
