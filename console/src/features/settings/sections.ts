/** The parts of the settings, and who sees which. Pure. */
import type { Role } from '@switchboard/contract/user';

export const SECTIONS = ['preferences', 'replies', 'users', 'audit'] as const;
export type Section = (typeof SECTIONS)[number];

/** The rules say the same; here it only keeps what would be empty out of sight. */
const ROLES_OF: Record<Section, readonly Role[]> = {
  preferences: ['admin', 'manager', 'agent'],
  replies: ['admin', 'manager', 'agent'],
  users: ['admin', 'manager'],
  audit: ['admin'],
};

export function sectionsOf(role: Role): readonly Section[] {
  return SECTIONS.filter((section) => ROLES_OF[section].includes(role));
}

/** The section an address names; the first one for an address without; `null` for one this role has not. */
export function sectionAt(name: string | undefined, role: Role): Section | null {
  const sections = sectionsOf(role);
  return name === undefined ? (sections[0] ?? null) : (sections.find((section) => section === name) ?? null);
}
