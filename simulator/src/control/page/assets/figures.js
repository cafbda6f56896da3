/** Shows the counters of `GET /stats` as they come, so that a new counter needs no change here. */
import { el } from './dom.js';

export function showFigures(target, stats) {
  const totals = [];
  const groups = [];
  const lists = [];
  for (const [name, value] of Object.entries(stats)) {
    if (Array.isArray(value)) lists.push([name, value]);
    else if (value !== null && typeof value === 'object') groups.push([name, value]);
    else totals.push([name, value]);
  }
  target.replaceChildren(
    table('Whole network', totals),
    ...groups.map(([name, value]) => table(wordsOf(name), Object.entries(value))),
    ...lists.map(([name, rows]) => listing(wordsOf(name), rows)),
  );
}

function table(caption, rows) {
  if (rows.length === 0) return el('p', { class: 'muted' }, `${caption}: nothing yet`);
  const body = rows.map(([name, value]) =>
    el('tr', {}, el('th', { scope: 'row' }, wordsOf(name)), el('td', {}, String(value))),
  );
  return el('table', {}, el('caption', {}, caption), el('tbody', {}, ...body));
}

/** Rows of one shape, such as accounts, with a column per field. */
function listing(caption, rows) {
  if (rows.length === 0) return el('p', { class: 'muted' }, `${caption}: nothing yet`);
  const columns = Object.keys(rows[0]);
  const head = el('tr', {}, ...columns.map((column) => el('th', { scope: 'col' }, wordsOf(column))));
  const body = rows.map((row) => el('tr', {}, ...columns.map((column) => el('td', {}, cellOf(row[column])))));
  return el('table', { class: 'listing' }, el('caption', {}, caption), el('thead', {}, head), el('tbody', {}, ...body));
}

function cellOf(value) {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === null ? '' : String(value);
}

/** `maxOpenSockets` → "Max open sockets"; phone numbers stay as they are. */
function wordsOf(name) {
  const words = name.replaceAll(/([a-z])([A-Z])/g, (_match, before, after) => `${before} ${after.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
