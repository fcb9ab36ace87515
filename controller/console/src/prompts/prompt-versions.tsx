import { Button, Drawer, Skeleton } from 'antd';
import { useQuery } from '@tanstack/react-query';
import type { PromptVersion } from '@branchline/shared';
import { dateTime, ownZone } from '../format/times.ts';
import { Asked } from '../states/asked.tsx';
import { RefusalAlert } from '../states/refusal-alert.tsx';
import { useWords } from '../words/use-words.ts';
import { promptVersionsQuery, soundOf, useStoreRecording, type PromptPlace } from './prompt-queries.ts';
import { spoken } from './prompt-words.ts';
import { SoundPlayer } from './sound-player.tsx';

/** Every version of a recording that is kept; an older one may be taken up again. */
export function PromptVersions(props: {
  readonly place: PromptPlace;
  readonly writer: boolean;
  readonly close: () => void;
}) {
  const { place, writer, close } = props;
  const { t, language } = useWords();
  const versions = useQuery(promptVersionsQuery(place));
  const store = useStoreRecording();
  const takeUp = async (row: PromptVersion): Promise<void> => {
    const wav = await (await fetch(soundOf(row))).blob();
    store.mutate({ ...place, wav, why: t('prompts.again', { version: row.version }) });
  };
  return (
    <Drawer open size={560} title={t('prompts.versionsOf', spoken(t, place))} onClose={close}>
      <RefusalAlert problem={store.error} />
      <Asked question={versions} skeleton={<Skeleton active paragraph={{ rows: 4 }} />}>
        {({ items }) => (
          <table className="event-rows">
            <tbody>
              {items.map((row, i) => (
                <tr key={row.version}>
                  <td>{row.version}</td>
                  <td>
                    {dateTime(row.at, language, ownZone())} · {row.by}
                    {row.why !== undefined && <div className="quiet">{row.why}</div>}
                    <SoundPlayer label={t('prompts.play', spoken(t, row))} src={soundOf(row)} />
                  </td>
                  <td>
                    {writer && i > 0 && (
                      <Button size="small" loading={store.isPending} onClick={() => void takeUp(row)}>
                        {t('flows.take')}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </Asked>
    </Drawer>
  );
}
