import { useEffect, useEffectEvent, useId, useRef, useState, useSyncExternalStore } from 'react';
import type { DeskAct, DeskView } from '@branchline/shared';
import { softphone as askAccount } from '../api.ts';
import { KeyButton } from '../key-button.tsx';
import { useKeys } from '../keys.ts';
import { useWords } from '../words/words.ts';
import type { BrowserPhone } from './browser-phone.ts';
import { audioDevices, type AudioChoice, type AudioDevice, type AudioDevices } from './microphone.ts';
import { newSoftphone, shownSoftphone, type SoftphoneState } from './softphone-state.ts';

/** A piece of the page that did not come is asked for again after so long, ms. */
const againMs = 2000;
/** Breaks that the box gave because this phone was gone: they end when it is back. */
const phoneReasons: ReadonlySet<string> = new Set(['phone not reachable', 'phone lost']);
/** How often the meter looks, ms. */
const meterMs = 100;

/** The phone of an agent who has none on the desk. */
export function Softphone(props: {
  readonly agent: DeskView['agent'];
  readonly act: (act: DeskAct) => void;
}) {
  const { t } = useWords();
  const phone = usePhone();
  const state = useSyncExternalStore(
    (listener) => phone?.subscribe(listener) ?? (() => undefined),
    (): SoftphoneState => phone?.state ?? newSoftphone,
  );
  const devices = useDevices(state.microphone === 'ready');
  const shown = shownSoftphone(state);
  const { agent, act } = props;
  const givenUp = agent.state === 'break' && phoneReasons.has(agent.reason);
  useReturn(state.link === 'registered', givenUp, () => act({ act: 'ready' }));
  useKeys(state.call === 'ringing' ? { y: () => phone?.answer(), e: () => phone?.hangUp() } : {});
  const choose = (change: Partial<AudioChoice>): void => void phone?.choose({ ...phone.choice, ...change });
  return (
    <section className={`softphone softphone-${shown}`} aria-label={t('softphone.title')}>
      <h2>{t('softphone.title')}</h2>
      <output>
        <strong>{t(`softphone.is.${shown}`)}</strong>
        {state.call === 'ringing' && <span>{state.caller}</span>}
      </output>
      {state.link !== 'elsewhere' && (state.microphone === 'refused' || state.microphone === 'missing') && (
        <div role="alert">
          <p className="bad-ink">{t(`softphone.advice.microphone-${state.microphone}`)}</p>
          <button type="button" onClick={() => choose({})}>
            {t('softphone.again')}
          </button>
        </div>
      )}
      {state.call === 'talking' && state.link !== 'registered' && <p role="alert">{t('softphone.noLink')}</p>}
      {state.call === 'ringing' && (
        <div className="buttons">
          <KeyButton letter="y" tone="main" onPress={() => phone?.answer()}>
            {t('softphone.answer')}
          </KeyButton>
          <KeyButton letter="e" tone="bad" onPress={() => phone?.hangUp()}>
            {t('softphone.refuse')}
          </KeyButton>
        </div>
      )}
      {phone && state.microphone === 'ready' && state.link !== 'elsewhere' && (
        <>
          <Meter phone={phone} />
          <details>
            <summary>{t('softphone.devices')}</summary>
            <DeviceChoice
              label={t('softphone.microphone')}
              devices={devices.microphones}
              chosen={phone.choice.microphone}
              choose={(microphone) => choose({ microphone })}
            />
            {devices.speakers.length > 0 && (
              <DeviceChoice
                label={t('softphone.speaker')}
                devices={devices.speakers}
                chosen={phone.choice.speaker}
                choose={(speaker) => choose({ speaker })}
              />
            )}
          </details>
        </>
      )}
    </section>
  );
}

/** The phone with its SIP library, which agents with a desk phone never load. */
function usePhone(): BrowserPhone | undefined {
  const [phone, setPhone] = useState<BrowserPhone>();
  useEffect(() => {
    let gone = false;
    let mine: BrowserPhone | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const load = (): void =>
      void import('./browser-phone.ts').then(
        ({ BrowserPhone }) => {
          if (!gone) setPhone((mine = new BrowserPhone(askAccount)));
        },
        () => (again = setTimeout(load, againMs)),
      );
    load();
    return () => {
      gone = true;
      clearTimeout(again);
      mine?.close();
    };
  }, []);
  return phone;
}

/**
 * The box gives up an agent whose phone is gone, as it is while the page is loaded anew. Who is there again goes on: once for each
 * registration, so that a phone which registers and takes no calls does not ring for ever.
 */
function useReturn(registered: boolean, givenUp: boolean, goOn: () => void): void {
  const done = useRef(false);
  const onReturn = useEffectEvent(goOn);
  useEffect(() => {
    if (!registered) done.current = false;
    else if (givenUp && !done.current) {
      done.current = true;
      onReturn();
    }
  }, [registered, givenUp]);
}

/** What this machine has; asked anew when something is plugged in. @param allowed before that devices have no names */
function useDevices(allowed: boolean): AudioDevices {
  const [devices, setDevices] = useState<AudioDevices>({ microphones: [], speakers: [] });
  useEffect(() => {
    if (!allowed) return;
    const look = (): void => void audioDevices().then(setDevices, () => undefined);
    look();
    navigator.mediaDevices.addEventListener('devicechange', look);
    return () => navigator.mediaDevices.removeEventListener('devicechange', look);
  }, [allowed]);
  return devices;
}

function Meter({ phone }: { readonly phone: BrowserPhone }) {
  const { t } = useWords();
  const [level, setLevel] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setLevel(phone.level()), meterMs);
    return () => clearInterval(timer);
  }, [phone]);
  return <meter min={0} max={1} value={level} aria-label={t('softphone.level')} />;
}

function DeviceChoice(props: {
  readonly label: string;
  readonly devices: readonly AudioDevice[];
  readonly chosen: string;
  readonly choose: (id: string) => void;
}) {
  const { t } = useWords();
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{props.label}</label>
      <select id={id} value={props.chosen} onChange={(event) => props.choose(event.target.value)}>
        <option value="">{t('softphone.browserChoice')}</option>
        {props.devices.map((device) => (
          <option key={device.id} value={device.id}>
            {device.label}
          </option>
        ))}
      </select>
    </>
  );
}
