/** Settings of the simulator's process. All faults are listed at once. */
import { z } from 'zod';

const schema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(7080),
  HOST: z.string().min(1).default('127.0.0.1'),
});

export interface Config {
  readonly port: number;
  readonly host: string;
}

export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) throw new Error(`The settings are wrong:\n${z.prettifyError(parsed.error)}`);
  return { port: parsed.data.PORT, host: parsed.data.HOST };
}
