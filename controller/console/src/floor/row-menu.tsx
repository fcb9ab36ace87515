import { Button, Dropdown, type MenuProps } from 'antd';
import type { FloorAct } from './floor-acts.ts';

/** One line of the menu of a row. */
export interface RowChoice {
  readonly label: string;
  readonly act: FloorAct;
  readonly danger?: boolean;
}

/**
 * What can be done with a row. The arrow keys go from row to row while the menu is closed, and through it while it is open.
 * @param props.groups parted by lines
 */
export function RowMenu(props: {
  readonly label: string;
  readonly groups: readonly (readonly RowChoice[])[];
  readonly choose: (act: FloorAct) => void;
}) {
  const { label, groups, choose } = props;
  const choices = groups.flat();
  if (choices.length === 0) return null;
  const items: NonNullable<MenuProps['items']> = groups
    .filter((group) => group.length > 0)
    .flatMap((group, i) => [
      ...(i > 0 ? [{ type: 'divider' as const, key: `line-${i}` }] : []),
      ...group.map((choice) => ({
        key: String(choices.indexOf(choice)),
        label: choice.label,
        danger: choice.danger ?? false,
      })),
    ]);
  return (
    <Dropdown
      trigger={['click']}
      // The menu is opened by keyboard, too, and gone through with the arrow keys.
      // eslint-disable-next-line jsx-a11y/no-autofocus
      autoFocus
      menu={{
        items,
        onClick: ({ key, domEvent }) => {
          // The same Enter would press a button of the dialog that opens.
          domEvent.preventDefault();
          const chosen = choices[Number(key)];
          if (chosen) choose(chosen.act);
        },
      }}
    >
      <Button size="small" aria-label={label} className="row-menu" onKeyDown={step}>
        ⋯
      </Button>
    </Dropdown>
  );
}

function step(event: React.KeyboardEvent<HTMLElement>): void {
  const way = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const button = event.currentTarget;
  if (way === 0 || button.classList.contains('ant-dropdown-open')) return;
  const all = [...document.querySelectorAll<HTMLElement>('.row-menu')];
  const next = all[all.indexOf(button) + way];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
