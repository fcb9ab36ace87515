import { useEffect, useMemo, useRef, useState } from 'react';
import { Alert, App, AutoComplete, Button, Drawer, Form, Input, Segmented, Spin } from 'antd';
import { useQuery } from '@tanstack/react-query';
import {
  promptLanguages,
  shippedPrompts,
  type BranchlineError,
  type PromptLanguage,
  type Recording,
} from '@branchline/shared';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { promptsQuery, useStoreRecording, type PromptPlace } from './prompt-queries.ts';
import { readSound } from './read-sound.ts';
import { SoundPlayer } from './sound-player.tsx';
import { hasMicrophone, useMicrophone } from './use-microphone.ts';

/** What became of the sound that somebody chose or recorded. */
interface Tried {
  readonly original: Blob;
  readonly made?: Recording;
  readonly problem?: BranchlineError;
}

/** A new recording: chosen or recorded, listened to before and after it is made what callers hear, stored. */
export function RecordingDrawer(props: { readonly place: Partial<PromptPlace>; readonly close: () => void }) {
  const { place, close } = props;
  const { t } = useWords();
  const { message } = App.useApp();
  const [prompt, setPrompt] = useState(place.prompt ?? '');
  const [language, setLanguage] = useState<PromptLanguage>(place.language ?? 'zh-CN');
  const [why, setWhy] = useState('');
  const [tried, setTried] = useState<Tried>();
  const store = useStoreRecording();
  const made = tried?.made;
  const take = (original: Blob): void => {
    setTried({ original });
    readSound(original).then(
      (recording) => setTried({ original, made: recording }),
      (problem: BranchlineError) => setTried({ original, problem }),
    );
  };
  const send = (): void =>
    made &&
    store.mutate(
      { prompt, language, why, wav: new Blob([made.wav], { type: 'audio/wav' }) },
      {
        onSuccess: ({ version }) => {
          void message.success(t('prompts.saved', { version }));
          close();
        },
      },
    );
  return (
    <Drawer
      open
      size={520}
      title={t('prompts.create')}
      onClose={close}
      footer={
        <div style={{ display: 'flex', gap: 8, justifyContent: 'flex-end' }}>
          <Button onClick={close}>{t('common.cancel')}</Button>
          <Button type="primary" disabled={!made || prompt === ''} loading={store.isPending} onClick={send}>
            {t('flows.save')}
          </Button>
        </div>
      }
    >
      <RefusalAlert problem={store.error} />
      <Form layout="vertical">
        <Form.Item label={t('prompts.prompt')} tooltip={t('prompts.promptHint')}>
          <PromptChoice value={prompt} disabled={place.prompt !== undefined} choose={setPrompt} />
        </Form.Item>
        <Form.Item label={t('prompts.language')}>
          <Segmented<PromptLanguage>
            aria-label={t('prompts.language')}
            disabled={place.language !== undefined}
            value={language}
            onChange={setLanguage}
            options={promptLanguages.map((value) => ({ value, label: t(`prompts.in.${value}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('prompts.sound')} extra={t('prompts.soundHint')}>
          <SoundSource take={take} />
        </Form.Item>
        {tried && <Listened tried={tried} />}
        <Form.Item label={t('flows.why')}>
          <Input
            aria-label={t('flows.why')}
            maxLength={200}
            value={why}
            onChange={({ target }) => setWhy(target.value)}
          />
        </Form.Item>
      </Form>
    </Drawer>
  );
}

/** Any name; those that have a meaning of their own, and those known already, are offered. */
function PromptChoice(props: {
  readonly value: string;
  readonly disabled: boolean;
  readonly choose: (prompt: string) => void;
}) {
  const { value, disabled, choose } = props;
  const { t } = useWords();
  const known = useQuery(promptsQuery());
  const names = new Set([...(known.data?.items ?? []).map(({ prompt }) => prompt), ...shippedPrompts]);
  return (
    <AutoComplete
      aria-label={t('prompts.prompt')}
      disabled={disabled}
      value={value}
      options={[...names].filter((name) => name.includes(value)).map((name) => ({ value: name }))}
      onChange={(text: string) =>
        choose(
          text
            .toLowerCase()
            .replaceAll(/[^a-z0-9-]/g, '')
            .slice(0, 40),
        )
      }
    />
  );
}

/** A file, or the microphone. */
function SoundSource({ take }: { readonly take: (sound: Blob) => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const microphone = useMicrophone(take);
  return (
    <div className="flow-controls">
      <Button onClick={() => input.current?.click()}>{t('prompts.choose')}</Button>
      {hasMicrophone() && (
        <Button
          danger={microphone.recording}
          onClick={() => (microphone.recording ? microphone.stop() : microphone.start())}
        >
          {microphone.recording ? t('prompts.stop') : t('prompts.record')}
        </Button>
      )}
      {microphone.refused && <span className="bad">{t('prompts.noMicrophone')}</span>}
      <input
        ref={input}
        type="file"
        accept="audio/*,.wav"
        aria-label={t('prompts.choose')}
        style={{ display: 'none' }}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file again, corrected, must be a change too.
          event.target.value = '';
          if (file) take(file);
        }}
      />
    </div>
  );
}

function Listened({ tried: { original, made, problem } }: { readonly tried: Tried }) {
  const { t, number, error } = useWords();
  const before = useObjectUrl(original);
  const after = useObjectUrl(made?.wav);
  if (problem) {
    const text = error(problem);
    return (
      <Alert type="error" showIcon title={text.message} description={`${text.advice} (${problem.code})`} />
    );
  }
  return (
    <>
      <Form.Item label={t('prompts.before')}>
        <SoundPlayer label={t('prompts.before')} src={before} />
      </Form.Item>
      <Form.Item label={t('prompts.after')}>
        {made ? (
          <>
            <SoundPlayer label={t('prompts.after')} src={after} />
            <p className="quiet">
              {t('prompts.seconds', { seconds: number.pace(made.ms / 1000) })} ·{' '}
              {t('prompts.level', { level: Math.round(made.levelDb) })}
            </p>
          </>
        ) : (
          <Spin />
        )}
      </Form.Item>
    </>
  );
}

/** An address at which this page plays a sound. */
function useObjectUrl(sound: Blob | Uint8Array<ArrayBuffer> | undefined): string | undefined {
  const url = useMemo(
    () =>
      sound && URL.createObjectURL(sound instanceof Blob ? sound : new Blob([sound], { type: 'audio/wav' })),
    [sound],
  );
  useEffect(() => () => URL.revokeObjectURL(url ?? ''), [url]);
  return url;
}
