/** What a run opened is closed at its end, newest first, whether it went well or not. */
const open: (() => Promise<unknown>)[] = [];

/** Registers what must happen at the end of this run: after the last test, or when the demo is over. */
export function atTheEnd(close: () => Promise<unknown>): void {
  open.push(close);
}

export async function closeAll(): Promise<void> {
  for (const close of open.splice(0).reverse()) await close();
}
