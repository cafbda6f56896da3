/** Texts a team answers with again and again. */
import { teamsOf, useSession } from '../session.tsx';
import { followQuery, together, useLive, type Live, type Stored } from './live.ts';
import { quickRepliesQuery } from './queries.ts';
import { schemaOf, textOf } from './reading.ts';

export interface QuickReply {
  readonly team: string;
  readonly title: string;
  readonly text: string;
}

const quickReplySchema = schemaOf((fields): QuickReply | null => {
  const team = textOf(fields['team']);
  const title = textOf(fields['title']);
  const text = textOf(fields['text']);
  return team === null || title === null || text === null ? null : { team, title, text };
});

/** By title. */
export function useQuickReplies(): Live<readonly Stored<QuickReply>[]> {
  const { db, claims } = useSession();
  const teams = teamsOf(claims) ?? [null];
  const parts = teams.map((team) => followQuery(quickRepliesQuery(db, team), quickReplySchema));
  return useLive(
    `quickReplies:${teams.join()}`,
    together(parts, (lists) => lists.flat().sort((a, b) => a.title.localeCompare(b.title))),
  );
}
