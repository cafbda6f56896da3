import type { signIn as english } from '../en/sign-in.ts';
import type { Translated } from '../translated.ts';

export const signIn: Translated<typeof english> = {
  title: 'Autentificare în Switchboard',
  text: 'Toate numerele tale de WhatsApp, un singur inbox.',
  email: 'Email',
  password: 'Parolă',
  submit: 'Autentificare',
  google: 'Continuă cu Google',
  or: 'sau',
  forgot: 'Ai uitat parola?',
  resetSent: 'Dacă există un cont cu această adresă, un link este pe drum.',
  emailFirst: 'Scrie mai întâi adresa de email.',
  demo: 'Conturi demo',
  wrong_password: 'Emailul sau parola nu sunt corecte.',
  too_many: 'Prea multe încercări. Așteaptă câteva minute sau resetează parola.',
  offline: 'Nu există conexiune cu serverul.',
  disabled: 'Acest utilizator a fost dezactivat. Întreabă un administrator.',
  cancelled: 'Fereastra a fost închisă înainte de autentificare.',
  other: 'Autentificarea nu a reușit. Încearcă din nou în câteva momente.',
  noRoleTitle: 'Nu ai încă un rol',
  noRoleText:
    'Ești autentificat ca {{email}}. Un administrator trebuie să îți dea un rol și o echipă înainte să poți vedea clienți.',
  checkAgain: 'Verifică din nou',
  firstAdmin: 'Sunt primul administrator',
  firstAdminText:
    'Merge doar pentru adresa numită prim administrator în această instalare și doar cât timp nu există un administrator.',
  unverified:
    'Adresa ta nu este verificată încă. A primului administrator trebuie să fie: urmează linkul din email, apoi încearcă din nou.',
  verify: 'Trimite-mi emailul',
  verifySent: 'Un link este pe drum către {{email}}.',
};
