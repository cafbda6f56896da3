/** The ways a command is told to stop: Ctrl-C, a polite kill, a closed terminal, or its starter being gone. */

/** Runs `stop` once, on the first word to stop; `reason` says which. Later words change nothing: stopping is bounded. */
export function onStopAsked(stop: (reason: string) => void): void {
  let isAsked = false;
  const once = (reason: string) => () => {
    if (isAsked) return;
    isAsked = true;
    stop(reason);
  };
  process.on('SIGINT', once('Ctrl-C'));
  process.on('SIGTERM', once('SIGTERM'));
  process.on('SIGHUP', once('the terminal was closed'));
  process.on('disconnect', once('the starting process is gone'));
  // The channel to setup.mjs is there to be closed; alone it keeps nothing alive.
  process.channel?.unref();
}
