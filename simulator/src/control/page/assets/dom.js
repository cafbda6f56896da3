/** Builds and updates elements. Text only ever enters the page as text nodes, so nothing a message says is markup. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `onclick: fn` listens, `true` sets an empty attribute, `false` and `null` none
 * @param {(Node | string)[]} children
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children);
  return element;
}

/** Sets text only when it differs, so that a screen reader is not told the same thing each second. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Makes the children of `parent` show `items` in order. Elements are kept by key, so focus, scroll position and
 * half-typed text survive each poll, and a live region announces only what is new.
 *
 * @param {(item: any) => string} keyOf
 * @param {(item: any) => HTMLElement} create
 * @param {(element: HTMLElement, item: any) => void} update
 */
export function showItems(parent, items, keyOf, create, update) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = known.get(key);
    if (element === undefined) {
      element = create(item);
      element.dataset.key = key;
    }
    known.delete(key);
    update(element, item);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
  for (const gone of known.values()) gone.remove();
}
