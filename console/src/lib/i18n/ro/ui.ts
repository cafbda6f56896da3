import type { ui as english } from '../en/ui.ts';
import type { Translated } from '../translated.ts';

export const ui: Translated<typeof english> = {
  close: 'Închide',
  cancel: 'Renunță',
  save: 'Salvează',
  typeToConfirm: 'Scrie {{text}} pentru a confirma',
  denied: 'Nu ai acces aici',
  deniedText: 'Rolul sau echipele tale nu includ această pagină. Întreabă un administrator dacă ar trebui.',
  broken: 'Nu s-a putut încărca',
  brokenText: 'Se încearcă din nou automat, la câteva secunde.',
  loading: 'Se încarcă',
  retry: 'Încearcă din nou',
  failed: 'Nu a mers',
};
