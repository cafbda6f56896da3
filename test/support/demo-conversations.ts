/** What the demo's customers and staff say to each other: material for screenshots, in Romanian and English. Pure data. */

export interface Line {
  /** `us:ana` is written by a colleague, `us` by nobody in particular (the phone itself, a program). */
  readonly by: 'them' | `us${'' | ':admin' | ':manager' | ':agent'}`;
  readonly text: string;
  /** Minutes after the line before it. */
  readonly after?: number;
  /** Which earlier line it answers, counted from the start. */
  readonly quotes?: number;
  readonly reactions?: Readonly<Record<'us' | 'them', string>> | { readonly us: string } | { readonly them: string };
  readonly status?: 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
  readonly isEdited?: boolean;
  readonly isDeleted?: boolean;
  /** Planned for so many minutes from now. */
  readonly inMinutes?: number;
  readonly kind?: 'unsupported' | 'undecryptable';
}

export interface Conversation {
  readonly account: 'salon' | 'clinic' | 'flowers';
  readonly name: string;
  readonly phone: string;
  /** Minutes between its last line and now. */
  readonly ago: number;
  readonly unread?: number;
  readonly assignedTo?: 'admin' | 'manager' | 'agent';
  readonly tags?: readonly string[];
  readonly notes?: readonly { readonly by: 'admin' | 'manager' | 'agent'; readonly text: string }[];
  readonly isArchived?: boolean;
  readonly lines: readonly Line[];
}

export const ACCOUNTS = {
  salon: { name: 'Salon Aurora', phone: '+40721554018' },
  clinic: { name: 'Clinica Dentis', phone: '+40745120366' },
  flowers: { name: 'Flori de Câmp', phone: '+40733908112' },
} as const;

export const QUICK_REPLIES = [
  {
    title: 'adresa',
    text: 'Ne găsiți pe Str. Lungă 14, parter, intrarea din curte. Parcarea e gratuită pentru clienți.',
  },
  { title: 'program', text: 'Program: luni–vineri 9–19, sâmbătă 10–15. Duminica este închis.' },
  { title: 'mulțumesc', text: 'Vă mulțumim și vă mai așteptăm! 🌿' },
  { title: 'parking', text: 'There is free parking behind the building; the gate code is at the reception.' },
  { title: 'amânare', text: 'Nicio problemă, mutăm programarea. Ce zi v-ar conveni?' },
] as const;

const MAIN: readonly Conversation[] = [
  {
    account: 'salon',
    name: 'Ioana Dumitrescu',
    phone: '+40722318845',
    ago: 3,
    unread: 2,
    assignedTo: 'agent',
    tags: ['VIP', 'balayage'],
    notes: [
      { by: 'manager', text: 'Alergică la amoniac: doar vopsea fără. A confirmat și la telefon.' },
      { by: 'agent', text: 'Preferă sâmbăta dimineața, la Mirela.' },
    ],
    lines: [
      { by: 'them', text: 'Bună ziua! Aș vrea o programare pentru balayage, se poate săptămâna asta?' },
      { by: 'us:agent', text: 'Bună, Ioana! Sigur, cu drag 🙂', after: 4, status: 'read' },
      {
        by: 'us:agent',
        text: 'Mirela are liber *joi la 17:30* sau *sâmbătă la 10:00*. Care ți se potrivește?',
        after: 1,
        status: 'read',
      },
      { by: 'them', text: 'Sâmbătă e perfect', after: 11, quotes: 2, reactions: { us: '❤️' } },
      { by: 'them', text: 'Cam cât durează și cât ar costa?', after: 1 },
      {
        by: 'us:agent',
        text: 'Durează în jur de 3 ore. Pentru lungimea ta, între 450 și 520 lei, cu tot cu styling.',
        after: 6,
        status: 'read',
        isEdited: true,
        reactions: { them: '👍' },
      },
      {
        by: 'us:agent',
        text: 'Te-am trecut sâmbătă, 21 noiembrie, ora 10:00, la Mirela. Cu o zi înainte îți scriem noi.',
        after: 2,
        status: 'read',
      },
      { by: 'them', text: 'Super, mulțumesc mult!', after: 20 },
      { by: 'them', text: 'Încă ceva: pot veni cu fetița? Stă cuminte, promit 😅', after: 1 },
    ],
  },
  {
    account: 'clinic',
    name: 'Mark Ellison',
    phone: '+447911123456',
    ago: 14,
    unread: 1,
    tags: ['new patient'],
    lines: [
      { by: 'them', text: 'Hi, a friend recommended you. Do you take new patients for a check-up?' },
      {
        by: 'us:manager',
        text: 'Hello Mark, yes, we do. The first visit takes 40 minutes: examination, X-ray and a treatment plan.',
        after: 5,
        status: 'read',
      },
      {
        by: 'us:manager',
        text: 'You can see our doctors and prices at https://dentis.example/preturi',
        after: 1,
        status: 'read',
      },
      { by: 'them', text: 'Great. Is Tuesday after 4 pm possible?', after: 30 },
    ],
  },
  {
    account: 'flowers',
    name: 'Andrei Pop',
    phone: '+40755802417',
    ago: 26,
    assignedTo: 'manager',
    tags: ['nuntă'],
    lines: [
      { by: 'them', text: 'Salut! Ne trebuie aranjamente pentru 12 mese, tonuri de crem și verde.' },
      { by: 'us:manager', text: 'Felicitări! 🎉 Ce dată și unde e nunta?', after: 9, status: 'read' },
      { by: 'them', text: '5 iunie, Conacul din Vale', after: 3 },
      {
        by: 'us:manager',
        text: 'Știm locul, e superb în iunie. Vă trimit mâine trei variante cu prețuri.',
        after: 7,
        status: 'delivered',
      },
    ],
  },
  {
    account: 'salon',
    name: 'Cristina Marin',
    phone: '+40726113094',
    ago: 41,
    assignedTo: 'agent',
    lines: [
      { by: 'them', text: 'Ați putea să-mi mutați programarea de mâine?' },
      { by: 'us:agent', text: 'Nicio problemă, mutăm programarea. Ce zi v-ar conveni?', after: 3, status: 'read' },
      { by: 'them', text: 'Vineri după 16', after: 6 },
      { by: 'us:agent', text: 'Vineri la 16:30 e liber. Vă aștept!', after: 2, status: 'failed' },
    ],
  },
  {
    account: 'clinic',
    name: 'Elena Stoica',
    phone: '+40744610220',
    ago: 58,
    assignedTo: 'admin',
    tags: ['implant', 'rate'],
    lines: [
      { by: 'them', text: 'Bună ziua, mâine am control la 9. Trebuie să vin pe nemâncate?' },
      {
        by: 'us:admin',
        text: 'Bună ziua! Nu, puteți mânca ușor. Doar fără cafea cu o oră înainte.',
        after: 4,
        status: 'read',
        reactions: { them: '🙏' },
      },
      {
        by: 'us:admin',
        text: 'Vă reamintim programarea de mâine, ora 9:00, la dr. Ionescu.',
        after: 2,
        status: 'queued',
        inMinutes: 600,
      },
    ],
  },
  {
    account: 'flowers',
    name: 'سارة الحداد',
    phone: '+971501234567',
    ago: 75,
    unread: 1,
    lines: [
      { by: 'them', text: 'مرحبا، هل يمكن توصيل باقة ورد غدًا صباحًا إلى فندق أثينيه بالاس؟' },
      {
        by: 'us:manager',
        text: 'Hello! Yes, we deliver to the hotel between 9 and 11. Which flowers would you like?',
        after: 5,
        status: 'read',
      },
      { by: 'them', text: 'ورود بيضاء من فضلك، ٢٥ وردة 🌹', after: 12 },
    ],
  },
  {
    account: 'salon',
    name: 'Radu Ionescu',
    phone: '+40731447702',
    ago: 130,
    lines: [
      { by: 'them', text: 'Aveți carduri cadou?' },
      {
        by: 'us:agent',
        text: 'Da! De la 100 lei, valabile un an. Le putem trimite și pe email.',
        after: 8,
        status: 'read',
      },
      { by: 'them', text: 'Perfect, trec mâine', after: 4, reactions: { us: '👍' } },
    ],
  },
  {
    account: 'clinic',
    name: '+40768220915',
    phone: '+40768220915',
    ago: 171,
    unread: 3,
    lines: [
      { by: 'them', text: 'buna ziua' },
      { by: 'them', text: 'ma doare foarte tare o masea, se poate azi?', after: 1 },
      { by: 'them', text: 'Fotografie', after: 1, kind: 'unsupported' },
    ],
  },
  {
    account: 'flowers',
    name: 'Gabriela Enache',
    phone: '+40740019385',
    ago: 260,
    assignedTo: 'manager',
    tags: ['abonament'],
    lines: [
      { by: 'us:manager', text: 'Buchetul din această săptămână: eucalipt, hortensie și lisianthus.', status: 'read' },
      { by: 'them', text: 'Vai ce frumos!! Mulțumesc 😍', after: 25 },
      { by: 'us:manager', text: 'Vă mulțumim și vă mai așteptăm! 🌿', after: 3, status: 'read' },
    ],
  },
  {
    account: 'salon',
    name: 'Sophie Laurent',
    phone: '+33612345678',
    ago: 1_500,
    lines: [
      { by: 'them', text: 'Hello, do you speak English or French at the salon?' },
      { by: 'us:agent', text: 'Both! Come by any time between 9 and 19.', after: 6, status: 'read' },
      { by: 'us:agent', text: 'Sorry, wrong chat.', after: 40, isDeleted: true, status: 'read' },
      { by: 'them', text: 'Merci beaucoup, see you on Friday', after: 9 },
    ],
  },
];

const REST: readonly (readonly [Conversation['account'], name: string, phone: string, text: string])[] = [
  ['clinic', 'Mihai Petrescu', '+40723440981', 'Mulțumesc, ne vedem luni.'],
  ['salon', 'Alina Rusu', '+40727551203', 'Am întârziat 10 minute, ajung imediat!'],
  ['flowers', 'Hotel Belvedere', '+40268330021', 'Lăsați factura la recepție, vă rog.'],
  ['clinic', 'Daniel Munteanu', '+40749118273', 'Ok'],
  ['salon', 'Bianca Tudor', '+40732660417', 'Ce produse ați folosit data trecută?'],
  ['clinic', 'Anna Kowalska', '+48601234567', 'Can I pay by card?'],
  ['flowers', 'Vlad Georgescu', '+40756773310', 'Comanda #4471 a ajuns, foarte frumos buchetul'],
  ['salon', 'Denisa Florea', '+40729004856', 'Da, confirm pentru joi'],
  ['clinic', 'Oana Constantin', '+40741902266', 'Bună, aș dori și o igienizare.'],
  ['flowers', 'Corina Voicu', '+40735581194', 'Se pot adăuga și ciocolățele?'],
  ['salon', 'Teodora Nistor', '+40724318800', 'Mulțumesc frumos 💐'],
  ['clinic', 'James O’Connor', '+353861234567', 'Thanks, the tooth feels much better.'],
];

export const CONVERSATIONS: readonly Conversation[] = [
  ...MAIN,
  ...REST.map(([account, name, phone, text], index): Conversation => ({
    account,
    name,
    phone,
    ago: 1_700 + index * 610,
    isArchived: index >= 10,
    lines: [
      { by: 'us:agent', text: 'Bună ziua! Vă putem ajuta cu ceva?', status: 'read' },
      { by: 'them', text, after: 18 },
    ],
  })),
];
