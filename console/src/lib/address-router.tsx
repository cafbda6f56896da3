/**
 * The address bar as the router and the pages see it. Around the router's own: ids come out of it as they went in, and going to where
 * one already is adds no step to go back through.
 */
import type { ReactNode } from 'react';
import { Router, useParams, type AroundNavHandler } from 'wouter';
import { navigate, useLocationProperty, usePathname, useSearch } from 'wouter/use-browser-location';
import { asItStands, decoded } from './address.ts';

function useRawPath(): [path: string, go: typeof navigate] {
  return [asItStands(usePathname()), navigate];
}

function useRawSearch(): string {
  return asItStands(useSearch());
}

const goOnce: AroundNavHandler = (go, to, options) => {
  const isHere = new URL(to, location.href).href === location.href;
  go(to, isHere ? { ...options, replace: true } : options);
};

export function AddressRouter({ children }: { readonly children: ReactNode }) {
  return (
    <Router hook={useRawPath} searchHook={useRawSearch} aroundNav={goOnce}>
      {children}
    </Router>
  );
}

/** One parameter of the route around it, decoded. */
export function useParam(name: string): string | undefined {
  const part = useParams()[name];
  return part === undefined ? undefined : decoded(part);
}

/** What stands after the `#`, decoded; `null` without one. */
export function useHash(): string | null {
  const hash = useLocationProperty(() => location.hash);
  return hash === '' ? null : decoded(hash.slice(1));
}
