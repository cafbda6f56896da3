/** What the tests of the machine start from, and how they let it run. */
import { initialState, step } from './machine.ts';
import type { Effect, Input, MachineState } from './steps.ts';

export const identity = { waJid: '40712345678@s.whatsapp.net', waLid: '1@lid', pushName: 'Shop' };
export const opened = { type: 'open', identity, isOwnPhone: true } as const satisfies Input;

export const fresh = initialState(false, false, 'qr');
export const linked = initialState(true, false, 'qr');
export const over = initialState(true, true, 'qr');

/** Takes the inputs one after the other. */
export function play(
  from: MachineState,
  ...inputs: readonly Input[]
): { readonly state: MachineState; readonly effects: readonly Effect[] } {
  const effects: Effect[] = [];
  let state = from;
  for (const input of inputs) {
    const next = step(state, input);
    state = next.state;
    effects.push(...next.effects);
  }
  return { state, effects };
}

/** The effects by name, a status with what it says. */
export function told(effects: readonly Effect[]): string[] {
  return effects.map((effect) => (effect.type === 'status' ? `status ${effect.status}` : effect.type));
}
