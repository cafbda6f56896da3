/** Hooks of every mocha run; named by .mocharc.json. */
import type { Context, RootHookObject } from 'mocha';
import { closeAll } from './clean-up.ts';

export const mochaHooks: RootHookObject = {
  async afterAll(this: Context) {
    this.timeout(60_000);
    await closeAll();
  },
};
