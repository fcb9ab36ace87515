import { Form, Input, InputNumber } from 'antd';
import { Overlay, type BranchPlan, type PlanVersion } from '@branchline/shared';
import { fieldOf, misfits, problemWord } from '../parts/form-faults.ts';
import { useWords } from '../words/use-words.ts';
import { PlanDrawer } from './plan-drawer.tsx';

/** The overlay as fields hold it; without an address the box has none. */
interface OverlayForm {
  readonly address: string;
  readonly port: number | null;
}

/** Port that is offered: beside those of phones (5060) and carriers (5080). */
const usualPort = 5070;

/** Where the boxes of other sites reach this one. */
export function OverlayDrawer(props: {
  readonly edge: string;
  readonly latest: PlanVersion;
  readonly close: () => void;
}) {
  const { edge, latest, close } = props;
  const { t } = useWords();
  const { address = '', port = usualPort } = latest.plan.overlay ?? {};
  return (
    <PlanDrawer<OverlayForm>
      edge={edge}
      title={t('lines.edit.overlay', { edge })}
      latest={latest}
      initial={{ address, port }}
      place="/overlay"
      faultsOf={(form) =>
        misfits('', Overlay.properties, overlayOf(form), Overlay.required).map(([place, problem]) => ({
          field: fieldOf(place),
          text: problemWord(t, problem) ?? problem,
        }))
      }
      planOf={withOverlay}
      close={close}
    >
      <p className="form-hint">{t('lines.edit.overlayHint')}</p>
      <div className="form-row">
        <Form.Item name="address" label={t('lines.edit.overlayAddress')}>
          <Input placeholder="10.99.0.3/16" autoComplete="off" />
        </Form.Item>
        <Form.Item name="port" label={t('lines.edit.overlayPort')}>
          <InputNumber style={{ width: '100%' }} />
        </Form.Item>
      </div>
    </PlanDrawer>
  );
}

function overlayOf({ address, port }: OverlayForm): { address: string; port?: number } | undefined {
  if (address.trim() === '') return undefined;
  return { address: address.trim(), ...(port !== null && { port }) };
}

function withOverlay({ overlay: _before, ...plan }: BranchPlan, form: OverlayForm): BranchPlan {
  const stated = overlayOf(form);
  // Whatever is missing has been said at its field.
  return stated?.port === undefined ? plan : { ...plan, overlay: { ...stated, port: stated.port } };
}
