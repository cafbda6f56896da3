/** WhatsApp's protobuf messages and the one file that takes them from Baileys. */
export { proto } from '@whiskeysockets/baileys/WAProto/index.js';
