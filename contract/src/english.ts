/**
 * Words in English what a schema refuses, in refusals and in logs; without it every fault reads "Invalid input". Loaded for this
 * effect by each program that shows such words. The console words what it shows itself and does not load it.
 */
import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';

z.config(english());
