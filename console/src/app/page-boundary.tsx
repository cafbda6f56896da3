/** Keeps a fault on one page from taking the whole console down. React offers this to classes only. */
import { Component, type ReactNode } from 'react';
import { useTranslation } from '../lib/i18n/use-translation.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/states.tsx';

interface PageBoundaryProps {
  /** Another value gives the page another chance. */
  readonly resetBy: string;
  readonly children: ReactNode;
}

interface PageBoundaryState {
  readonly brokenAt: string | null;
}

export class PageBoundary extends Component<PageBoundaryProps, PageBoundaryState> {
  override state: PageBoundaryState = { brokenAt: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ brokenAt: this.props.resetBy });
  }

  static getDerivedStateFromError(): Partial<PageBoundaryState> {
    return { brokenAt: '' };
  }

  override componentDidUpdate(before: PageBoundaryProps): void {
    if (this.state.brokenAt !== null && before.resetBy !== this.props.resetBy) this.setState({ brokenAt: null });
  }

  override render(): ReactNode {
    if (this.state.brokenAt === null) return this.props.children;
    return (
      <Crashed
        onReopen={() => {
          this.setState({ brokenAt: null });
        }}
      />
    );
  }
}

function Crashed({ onReopen }: { readonly onReopen: () => void }) {
  const { t } = useTranslation();
  return (
    <EmptyState title={t('shell.crashed')} action={<Button onClick={onReopen}>{t('shell.reopen')}</Button>}>
      {t('shell.crashedText')}
    </EmptyState>
  );
}
