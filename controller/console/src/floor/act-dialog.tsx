import { Modal, Segmented, Select } from 'antd';
import { useState } from 'react';
import { breakReasons, type FloorNames, type SiteView } from '@branchline/shared';
import { recall, remember } from '../preferences/stored.ts';
import { reasonWord } from '../words/known-words.ts';
import { useWords, type T } from '../words/use-words.ts';
import {
  orderOf,
  type ActForm,
  type CallAtHand,
  type FloorAct,
  type FloorOrder,
  type TargetForm,
} from './floor-acts.ts';

/** Who waits keeps the place in line: a phone has none. */
const targetsOf = ({ queue }: CallAtHand): readonly (keyof TargetForm)[] =>
  queue === undefined ? ['queue', 'agent', 'phone'] : ['queue', 'agent'];

/** Asks whether somebody is sure, and for what the act needs to be told. */
export function ActDialog(props: {
  readonly act: FloorAct;
  readonly names: readonly FloorNames[];
  readonly sites: readonly SiteView[];
  readonly give: (edge: string, order: FloorOrder, what: string) => void;
  readonly close: () => void;
}) {
  const { act, names, sites, give, close } = props;
  const { t } = useWords();
  const { edge } = 'agent' in act ? act.agent : act.at;
  const who = 'agent' in act ? act.agent.name : act.at.who;
  const place = names.find((each) => each.edge === edge);
  const phones = place?.phones ?? [];
  const [form, setForm] = useState<ActForm>(() => {
    const own = recall(
      `phone.${edge}`,
      phones.map(({ extension }) => extension),
    );
    return { reason: 'rest', phone: own, ...(act.kind === 'move' && { to: act.to }) };
  });
  const state = (change: ActForm): void => setForm({ ...form, ...change });
  const order = orderOf(act, form);
  const what = actWord(t, act, form);

  const send = (): void => {
    if (!order) return;
    const takesPhone = act.kind === 'monitor' || (act.kind === 'move' && form.to === 'phone');
    if (takesPhone && form.phone) remember(`phone.${edge}`, form.phone);
    give(edge, order, t('floor.order', { what, who }));
    close();
  };

  return (
    <Modal
      open
      title={t('floor.order', { what, who })}
      okText={what}
      cancelText={t('common.cancel')}
      okButtonProps={{
        disabled: !order,
        danger: act.kind === 'hangup' || act.kind === 'logout',
        htmlType: 'submit',
        form: 'floor-act',
        className: 'floor-act-send',
      }}
      onCancel={close}
      afterOpenChange={(opened) => opened && focusFirst()}
      width={460}
    >
      <form
        id="floor-act"
        className="floor-act"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <p>{t(`floor.sure.${act.kind}`)}</p>
        {act.kind === 'break' && (
          <Choice
            label={t('floor.reason')}
            value={form.reason}
            options={breakReasons.map((reason) => ({ value: reason, label: reasonWord(t, reason) }))}
            choose={(reason) => state({ reason })}
          />
        )}
        {act.kind === 'move' && (
          <Segmented
            aria-label={t('floor.target')}
            value={form.to ?? act.to}
            options={targetsOf(act.at).map((value) => ({ value, label: t(`floor.targets.${value}`) }))}
            onChange={(to) => state({ to })}
          />
        )}
        {act.kind === 'move' && form.to === 'queue' && (
          <Choice
            label={t('floor.queue')}
            value={form.queue}
            options={(place?.queues ?? [])
              .filter(({ id }) => id !== act.at.queue)
              .map(({ id, name }) => ({ value: id, label: name }))}
            choose={(queue) => state({ queue })}
          />
        )}
        {act.kind === 'move' && form.to === 'agent' && (
          <Choice
            label={t('calls.column.agent')}
            value={form.agent}
            options={(place?.agents ?? []).map(({ id, name, extension }) => ({
              value: id,
              label: `${name} · ${extension} · ${agentState(id)}`,
            }))}
            choose={(agent) => state({ agent })}
          />
        )}
        {(act.kind === 'monitor' || (act.kind === 'move' && form.to === 'phone')) && (
          <Choice
            label={t('floor.phone')}
            hint={t('floor.phoneHint')}
            value={form.phone}
            options={phones.map(({ extension, label }) => ({
              value: extension,
              label: `${extension} · ${label}${isRegistered(extension) ? '' : ` · ${t('floor.unregistered')}`}`,
            }))}
            choose={(phone) => state({ phone })}
          />
        )}
      </form>
    </Modal>
  );

  function box() {
    return sites.flatMap(({ edges }) => edges).find(({ id }) => id === edge);
  }

  function agentState(id: string): string {
    return t(`agent.${box()?.live?.agents[id]?.state ?? 'offline'}`);
  }

  /** A box that has told nothing of its phones is believed to reach them. */
  function isRegistered(extension: string): boolean {
    return box()?.inventory?.phones.find((phone) => phone.extension === extension)?.registered ?? true;
  }
}

/** Into the first field, unless somebody was quicker: a list that is open would close. */
function focusFirst(): void {
  if (document.querySelector('#floor-act')?.contains(document.activeElement)) return;
  document.querySelector<HTMLElement>('#floor-act input, .floor-act-send')?.focus();
}

function actWord(t: T, act: FloorAct, form: ActForm): string {
  if (act.kind === 'monitor') return t(`floor.monitor.${act.mode}`);
  if (act.kind === 'move') return t(form.to === 'phone' ? 'floor.takeOver' : 'floor.handOver');
  return t(`floor.act.${act.kind}`);
}

function Choice(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly choose: (value: string) => void;
}) {
  const { label, hint, value, options, choose } = props;
  return (
    <label>
      {label}
      <Select
        aria-label={label}
        showSearch={{ optionFilterProp: 'label' }}
        value={value ?? null}
        options={[...options]}
        onChange={choose}
        style={{ width: '100%' }}
      />
      {hint !== undefined && <small className="quiet">{hint}</small>}
    </label>
  );
}
