export const ui = {
  close: 'Close',
  cancel: 'Cancel',
  save: 'Save',
  typeToConfirm: 'Type {{text}} to confirm',
  denied: 'You may not see this',
  deniedText: 'Your role or your teams do not include it. Ask an admin if you think they should.',
  broken: 'This could not be loaded',
  brokenText: 'It is tried again by itself every few seconds.',
  loading: 'Loading',
  retry: 'Try again',
  failed: 'That did not work',
} as const;
