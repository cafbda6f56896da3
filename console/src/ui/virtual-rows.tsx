/** What the rows of a long list are drawn in. */
import type { HTMLAttributes } from 'react';
import type { CustomContainerComponentProps } from 'virtua';

type VirtualRowsProps = CustomContainerComponentProps & Pick<HTMLAttributes<HTMLDivElement>, 'role' | 'aria-label'>;

/** For `as` of a `Virtualizer`. Its rows can be clicked while it glides; the library's own are deaf until it has come to rest. */
export function VirtualRows({ style, ...rest }: VirtualRowsProps) {
  return <div {...rest} style={{ ...style, pointerEvents: 'auto' }} />;
}
