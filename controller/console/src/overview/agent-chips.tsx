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
  const entries = Object.entries(agents).toSorted(([a], [b]) =>
    a.localeCompare(b, undefined, { numeric: true }),
  );
  if (entries.length === 0) return <p className="quiet">{t('site.noAgents')}</p>;
  return (
    <ul className="agents" aria-label={t('site.agents')}>
      {entries.map(([id, agent]) => {
        const time = stopwatch(now === undefined ? 0 : now - agent.since);
        const state = t(`agent.${agent.state}`);
        const reasoned = agent.reason
          ? t('agent.hint', { agent: id, state, time, reason: reasonWord(t, agent.reason) })
          : t('agent.hintPlain', { agent: id, state, time });
        const hint = agent.phoneLost ? `${reasoned} · ${t('floor.phoneLost')}` : reasoned;
        return (
          // The browser's own hint: thousands of chips are drawn every second.
          <li
            key={id}
            title={hint}
            className={`agent agent-${agent.state}`}
            data-agent={id}
            data-state={agent.state}
          >
            <span className="agent-name">{shortName(id)}</span>
            <span className="unseen">{state}</span>
            {agent.state !== 'offline' && <time>{time}</time>}
          </li>
        );
      })}
    </ul>
  );
}

/** `agent-1001` reads faster as `1001` where there are dozens. */
function shortName(id: string): string {
  return id.replace(/^agent-(?=.)/, '');
}
