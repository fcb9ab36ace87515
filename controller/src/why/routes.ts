import Type from 'typebox';
import { closed, Id, Name, WhyAnswer } from '@branchline/shared';
import { principalOf, type Routes } from '../http/index.ts';
import { WhyDesk, type WhyContext } from './why-desk.ts';

const Text = Type.String({ minLength: 1, maxLength: 60 });
const response = { 200: WhyAnswer };

export type { WhyContext } from './why-desk.ts';

/** Why something dials or does not: answers from what is recorded, within the asker's sites. */
export function whyRoutes(context: WhyContext): Routes {
  const desk = new WhyDesk(context);
  return (api) => {
    api.get(
      '/why',
      {
        schema: {
          description: 'About a number, the id of a campaign, lead or call, or the name of a site.',
          querystring: closed({ about: Text }),
          response,
        },
        // Anybody who may see anything; each kind of answer asks for its own permission.
        config: { action: 'call.read' },
      },
      (request) => desk.about(principalOf(request), request.query.about.trim()),
    );
    api.get(
      '/why/number',
      { schema: { querystring: closed({ number: Text }), response }, config: { action: 'campaign.read' } },
      (request) => desk.answer(principalOf(request), 'number', request.query.number.trim()),
    );
    api.get(
      '/why/site/:id',
      { schema: { params: closed({ id: Name }), response }, config: { action: 'overview.read' } },
      (request) => desk.answer(principalOf(request), 'site', request.params.id),
    );
    for (const [kind, action] of [
      ['lead', 'campaign.read'],
      ['campaign', 'campaign.read'],
      ['call', 'call.read'],
    ] as const) {
      api.get(
        `/why/${kind}/:id`,
        { schema: { params: closed({ id: Id }), response }, config: { action } },
        (request) => desk.answer(principalOf(request), kind, request.params.id),
      );
    }
  };
}
