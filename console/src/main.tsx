/** Puts the console together: settings first, then who is here, then the pages. */
import '@fontsource-variable/inter/wght.css';
import './app/tokens.css';
import './app/base.css';
import { createRoot, type Root } from 'react-dom/client';
import { App } from './app/app.tsx';
import { NoSettingsPage } from './app/no-settings-page.tsx';
import { SessionGate } from './app/session-gate.tsx';
import { openAuth } from './lib/auth/auth.ts';
import { openBackend } from './lib/firebase/app.ts';
import { openLanguage } from './lib/i18n/language.ts';
import { readSettings } from './lib/settings.ts';
import { applyTheme, readTheme } from './lib/theme.ts';
import { Toaster } from './ui/toast.tsx';
import { TooltipScope } from './ui/tooltip.tsx';

async function open(root: Root): Promise<void> {
  applyTheme(readTheme());
  await openLanguage();
  try {
    const backend = openBackend(await readSettings());
    root.render(
      <TooltipScope>
        <SessionGate backend={backend} auth={openAuth(backend)}>
          <App />
        </SessionGate>
        <Toaster />
      </TooltipScope>,
    );
  } catch (error) {
    console.error(error);
    root.render(<NoSettingsPage onRetry={() => void open(root)} />);
  }
}

const container = document.getElementById('root');
if (!container) throw new Error('index.html has no root');
await open(createRoot(container));
