/** Tells a person what was refused and why, and what worked that cannot be seen. */
import { el } from './dom.js';

const SHOWN_MS = 6000;

/** Shows a short message at the foot of the page. */
export function notify(text, isProblem = false) {
  const notice = el('p', { class: isProblem ? 'notice problem' : 'notice' }, text);
  document.getElementById('notices').append(notice);
  setTimeout(() => notice.remove(), SHOWN_MS);
}

/** Runs something a person asked for; a refusal is shown, not swallowed. @returns whether it worked */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    notify(error instanceof Error ? error.message : String(error), true);
    return false;
  }
}

/** Shows in a dialog why its form was refused; `null` takes that away again. @param {string | null} text */
export function showProblem(dialog, text) {
  const problem = dialog.querySelector('.problem');
  if (problem === null) return;
  problem.hidden = text === null;
  problem.textContent = text ?? '';
}
