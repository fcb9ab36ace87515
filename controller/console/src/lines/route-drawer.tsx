import { Button, Form, Input, Select } from 'antd';
import type { PlanVersion } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import { PlanDrawer } from './plan-drawer.tsx';
import { routeFaults, routeForm, routesOf, type RouteForm } from './route-form.ts';

const hunts = ['order', 'even', 'cheapest'] as const;

/** Which lines a number may take, and in which order they are asked. */
export function RouteDrawer(props: {
  readonly edge: string;
  readonly latest: PlanVersion;
  readonly close: () => void;
}) {
  const { edge, latest, close } = props;
  const { t } = useWords();
  const lines = latest.plan.lines.map(({ id }) => ({ value: id, label: id }));
  return (
    <PlanDrawer<RouteForm>
      edge={edge}
      title={t('lines.edit.routes', { edge })}
      latest={latest}
      initial={routeForm(latest.plan)}
      place=""
      faultsOf={(form) => routeFaults(t, form)}
      planOf={(plan, form) => ({ ...plan, routes: routesOf(form) })}
      close={close}
    >
      <p className="form-hint">{t('lines.edit.routesHint')}</p>
      <Form.List name="routes">
        {(rows, { add, remove }) => (
          <div className="rules">
            {rows.map((row) => (
              <div key={row.key} className="rule-row route-row">
                <Form.Item name={[row.name, 'prefix']} label={t('lines.edit.prefix')}>
                  <Input placeholder={t('lines.edit.allNumbers')} autoComplete="off" />
                </Form.Item>
                <Form.Item name={[row.name, 'hunt']} label={t('lines.edit.hunt')}>
                  <Select
                    options={hunts.map((hunt) => ({ value: hunt, label: t(`lines.edit.huntBy.${hunt}`) }))}
                  />
                </Form.Item>
                <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                  ×
                </Button>
                <Form.Item name={[row.name, 'lines']} label={t('lines.edit.routeLines')}>
                  <Select mode="multiple" options={lines} showSearch={{ optionFilterProp: 'label' }} />
                </Form.Item>
              </div>
            ))}
            <Button type="dashed" onClick={() => add({ prefix: '+', hunt: 'order', lines: [] })}>
              + {t('lines.edit.addRoute')}
            </Button>
          </div>
        )}
      </Form.List>
    </PlanDrawer>
  );
}
