import { Tooltip } from 'antd';
import type { LiveSnapshot } from '@branchline/shared';
import { stopwatch } from '../format/times.ts';
import { useBusinessNow } from '../live/feed.tsx';
import { useWords } from '../words/use-words.ts';
import { reasonWord } from '../words/known-words.ts';

type Agents = LiveSnapshot['agents'];

/** Every agent of a branch: who, in which state, for how long. */
export function AgentChips({ agents }: { readonly agents: Agents }) {
  const { t } = useWords();
  const now = useBusinessNow();
  const entries = Object.entries(agents).toSorted(([a], [b]) => a.localeCompare(b));
  if (entries.length === 0) return <p className="quiet">{t('site.noAgents')}</p>;
  return (
    <ul className="agents" aria-label={t('site.agents')}>
      {entries.map(([id, agent]) => {
        const time = stopwatch(now === undefined ? 0 : now - agent.since);
        const state = t(`agent.${agent.state}`);
        const hint = agent.reason
          ? t('agent.hint', { agent: id, state, time, reason: reasonWord(t, agent.reason) })
          : t('agent.hintPlain', { agent: id, state, time });
        return (
          <Tooltip key={id} title={hint}>
            <li className={`agent agent-${agent.state}`} data-agent={id} data-state={agent.state}>
              <span className="agent-name">{shortName(id)}</span>
              {agent.state === 'offline' ? (
                <span className="unseen">{state}</span>
              ) : (
                <>
                  <span className="unseen">{state}</span>
                  <time>{time}</time>
                </>
              )}
            </li>
          </Tooltip>
        );
      })}
    </ul>
  );
}

/** `agent-1001` reads faster as `1001` where there are dozens. */
function shortName(id: string): string {
  return id.replace(/^agent-(?=.)/, '');
}
