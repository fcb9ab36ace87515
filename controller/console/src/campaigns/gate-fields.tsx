import { Button, Form, Input, InputNumber, Select, Switch } from 'antd';
import { Purpose } from '@branchline/shared';
import { Seconds } from '../parts/seconds.tsx';
import { useWords } from '../words/use-words.ts';

const purposes = Purpose.enum;

/** What the campaign asks before each call, beyond the law of the callee's region. */
export function GateFields() {
  const { t } = useWords();
  return (
    <>
      <p className="form-hint">{t('gate.hint')}</p>
      <div className="form-row three">
        <Form.Item name={['gate', 'purpose']} label={t('gate.purpose')} tooltip={t('gate.purposeHint')}>
          <Select options={purposes.map((value) => ({ value, label: t(`gate.purposes.${value}`) }))} />
        </Form.Item>
        <Form.Item
          name={['gate', 'dropLockoutSeconds']}
          label={t('gate.dropLockout')}
          tooltip={t('gate.dropLockoutHint')}
        >
          <Seconds each={3600} unit={t('gate.hours')} />
        </Form.Item>
        <Form.Item
          name={['gate', 'needsConsent']}
          label={t('gate.needsConsent')}
          tooltip={t('gate.needsConsentHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </div>
      <div className="form-row">
        <Form.Item
          name={['gate', 'manualOnly']}
          label={t('gate.manualOnly')}
          tooltip={t('gate.manualOnlyHint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
        <Form.Item
          name={['gate', 'manualRegions']}
          label={t('gate.manualRegions')}
          tooltip={t('gate.manualRegionsHint')}
          normalize={(regions: string[]) => [...new Set(regions.map((region) => region.toUpperCase()))]}
        >
          <Select mode="tags" tokenSeparators={[',', ' ']} open={false} suffixIcon={null} />
        </Form.Item>
      </div>
      <Form.Item label={t('gate.caps')} tooltip={t('gate.capsHint')}>
        <CapRows />
      </Form.Item>
      <Form.Item name={['gate', 'holidays']} label={t('gate.holidays')} extra={t('gate.holidaysHint')}>
        <Select mode="tags" tokenSeparators={[',', ' ']} open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item
        name={['gate', 'recordingNotice']}
        label={t('gate.recordingNotice')}
        tooltip={t('gate.recordingNoticeHint')}
      >
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name={['gate', 'noticePrompt']}
        label={t('gate.noticePrompt')}
        tooltip={t('gate.noticePromptHint')}
        normalize={(text: string) => text.trim() || undefined}
      >
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
    </>
  );
}

/** Most calls to one person in a span, over all sites and numbers. */
function CapRows() {
  const { t } = useWords();
  return (
    <Form.List name={['gate', 'frequencyCaps']}>
      {(rows, { add, remove }) => (
        <div className="rules retry-rules">
          {rows.map((row) => (
            <div key={row.key} className="rule-row retry-row">
              <Form.Item name={[row.name, 'calls']}>
                <InputNumber
                  suffix={t('gate.calls')}
                  style={{ width: '100%' }}
                  aria-label={t('gate.calls')}
                />
              </Form.Item>
              <Form.Item name={[row.name, 'seconds']}>
                <Seconds each={60} unit={t('gate.perMinutes')} />
              </Form.Item>
              <Button type="text" aria-label={t('common.remove')} onClick={() => remove(row.name)}>
                ×
              </Button>
            </div>
          ))}
          <Button type="dashed" onClick={() => add({ calls: 5, seconds: 86_400 })}>
            + {t('gate.addCap')}
          </Button>
        </div>
      )}
    </Form.List>
  );
}
