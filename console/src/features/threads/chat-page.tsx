import { WithSurroundings } from './surroundings.tsx';
import { Workspace } from './workspace.tsx';

/** All threads one may see, over all numbers. */
export function ChatPage() {
  return (
    <WithSurroundings>
      <Workspace base="/chat" hasAccounts={false} />
    </WithSurroundings>
  );
}
