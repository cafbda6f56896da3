/**
 * Calls to the callable functions. Their library is loaded with the first call: most of a day nobody makes one.
 * A refusal comes back as a value in the contract's words; nothing is thrown for what the server expected.
 */
import { errorOf, errorSchema, type ErrorInfo } from '@switchboard/contract/failure';
import type { Schema } from '../schema.ts';
import { splitAddress } from '../settings.ts';
import type { Backend } from './app.ts';

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorInfo };
export type Call = <T>(name: string, input: object, output: Schema<T>) => Promise<Answer<T>>;

async function openFunctions({ app, settings }: Backend) {
  const library = await import('firebase/functions');
  const functions = library.getFunctions(app, settings.region);
  if (settings.emulators) {
    const { host, port } = splitAddress(settings.emulators.functions);
    library.connectFunctionsEmulator(functions, host, port);
  }
  return { httpsCallable: library.httpsCallable, functions };
}

/** The server's own words travel in `details`; without them the network or the server failed. */
function errorOfCall(error: unknown): ErrorInfo {
  const details = typeof error === 'object' && error !== null && 'details' in error ? error.details : null;
  const parsed = errorSchema.safeParse(details);
  return parsed.success ? parsed.data : errorOf('internal');
}

export function openCalls(backend: Backend): Call {
  let opened: ReturnType<typeof openFunctions> | null = null;
  return async (name, input, output) => {
    try {
      opened ??= openFunctions(backend);
      const { httpsCallable, functions } = await opened;
      const { data } = await httpsCallable<object>(functions, name)(input);
      return { ok: true, value: output.parse(data) };
    } catch (error) {
      return { ok: false, error: errorOfCall(error) };
    }
  };
}
