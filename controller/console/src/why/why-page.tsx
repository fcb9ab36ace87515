import { useEffect, useRef } from 'react';
import { Input, type InputRef } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import type { WhyAnswer, WhyReason } from '@branchline/shared';
import { request } from '../api/request.ts';
import { dayTime, ownZone } from '../format/times.ts';
import { useFeed } from '../live/feed.tsx';
import { filterOf } from '../parts/address-filter.ts';
import { LeadRank } from '../campaigns/lead-rank.tsx';
import { DataAge } from '../parts/data-age.tsx';
import { may } from '../session/abilities.ts';
import { useGrants } from '../session/use-grants.ts';
import { Asked } from '../states/asked.tsx';
import { Loading } from '../states/loading.tsx';
import { usePageTitle } from '../states/page-title.ts';
import { Vacancy } from '../states/vacancy.tsx';
import { useWords } from '../words/use-words.ts';
import { reasonSentence } from './reason-words.ts';
import { questionKeys, questionOf } from './why-question.ts';

/** Why something dials or does not, in sentences, with the way to what they rest on. */
export function WhyPage() {
  const { t } = useWords();
  const [search, setSearch] = useSearchParams();
  const allowed = may(useGrants(), 'calls');
  const question = questionOf(filterOf(search, questionKeys));
  const answer = useQuery({
    queryKey: ['why', question?.path],
    queryFn: ({ signal }) => request<WhyAnswer>('GET', question?.path ?? '', undefined, signal),
    refetchInterval: 10_000,
    enabled: allowed && question !== undefined,
  });
  const input = useRef<InputRef>(null);
  const nothingAsked = question === undefined;
  useEffect(() => {
    if (nothingAsked) input.current?.focus();
  }, [nothingAsked]);
  usePageTitle(t('why.title'));
  if (!allowed) return <Vacancy title={t('problem.noPage')} advice={t('problem.noAbility')} />;
  return (
    <>
      <div className="page-head">
        <h1>{t('why.title')}</h1>
        <search>
          <Input.Search
            key={question?.text ?? ''}
            style={{ width: 420 }}
            maxLength={60}
            ref={input}
            allowClear
            aria-label={t('why.about')}
            placeholder={t('why.about')}
            defaultValue={question?.text}
            onSearch={(text) => setSearch(text.trim() ? { about: text.trim() } : {})}
          />
        </search>
        {question && (
          <span className="toolbar-end">
            <DataAge askedAt={answer.dataUpdatedAt} limitMs={30_000} />
          </span>
        )}
      </div>
      {question ? (
        <Asked question={answer} skeleton={<Loading rows={4} />}>
          {(found) => <Answer answer={found} />}
        </Asked>
      ) : (
        <Vacancy title={t('why.ask')} advice={t('why.askAdvice')} />
      )}
    </>
  );
}

function Answer({ answer: { subject, reasons } }: { readonly answer: WhyAnswer }) {
  const { t, number, language } = useWords();
  const zone = useFeed((feed) => feed.overview?.sites[0]?.zone) ?? ownZone();
  const time = (at: number): string => dayTime(at, language, zone);
  return (
    <section className="panel block why">
      <h2>
        {t(`why.of.${subject.kind}`, { name: subject.name ?? subject.id })}
        {subject.kind === 'lead' && (
          <span className="head-tools">
            <LeadRank lead={subject.id} />
          </span>
        )}
      </h2>
      <ol aria-label={t('why.list')}>
        {reasons.map((each, i) => (
          // Reasons have no identity of their own; their order is part of the answer.
          <li key={`${i} ${each.code}`} data-reason={each.code}>
            <span>{reasonSentence({ t, number, time }, each)}</span>
            {each.evidence?.id !== subject.id && <Evidence reason={each} />}
            {each.at !== undefined && (
              <time className="quiet" dateTime={new Date(each.at).toISOString()}>
                {time(each.at)}
              </time>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

const places = {
  lead: (id: string) => `/why?lead=${id}`,
  campaign: (id: string) => `/campaigns/${id}`,
  site: (id: string) => `/sites/${id}`,
  lines: (id: string) => `/sites/${id}/lines`,
  call: (id: string) => `/calls/${id}`,
} satisfies Record<NonNullable<WhyReason['evidence']>['kind'], (id: string) => string>;

function Evidence({ reason: { evidence } }: { readonly reason: WhyReason }) {
  const { t } = useWords();
  if (!evidence) return null;
  const { kind, id } = evidence;
  return <Link to={places[kind](encodeURIComponent(id))}>{t(`why.evidence.${kind}`)}</Link>;
}
