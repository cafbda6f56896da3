/** Why a control request was refused, and how that is answered: `{error: {code, message, field}}`. */
import type { ErrorRequestHandler } from 'express';
import { z } from 'zod';

export class ControlRefusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | null;

  constructor(status: number, code: string, message: string, field: string | null = null) {
    super(message);
    this.name = 'ControlRefusal';
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** Reads an input or refuses it by its first fault. */
export function readInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : (issue?.path ?? []);
  const field = path.join('.');
  const message = issue?.message ?? 'unreadable';
  throw new ControlRefusal(400, 'invalid_request', field === '' ? message : `${field}: ${message}`, field || null);
}

const bodyErrorSchema = z.object({ status: z.int().min(400).max(499), message: z.string() });

/** Express recognises an error handler by its four parameters. */
export const answerRefusal: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error);
    return;
  }
  if (error instanceof ControlRefusal) {
    const { code, message, field } = error;
    response.status(error.status).json({ error: { code, message, field } });
    return;
  }
  const badBody = bodyErrorSchema.safeParse(error);
  const [status, code] = badBody.success ? [badBody.data.status, 'invalid_request'] : [500, 'internal'];
  const message = error instanceof Error ? error.message : String(error);
  response.status(status).json({ error: { code, message, field: null } });
};
