import { Checkbox, Form, Input, Modal, Segmented, Select } from 'antd';
import { useState } from 'react';
import type { DncUpload } from '@branchline/shared';
import { useCampaigns } from '../campaigns/campaign-queries.ts';
import { useWords } from '../words/use-words.ts';

type Holds = 'everyone' | 'campaign' | 'register';

/** What a list of numbers is, and what it holds for. */
export function ListWishes(props: {
  readonly file: File;
  readonly take: (wish: DncUpload) => void;
  readonly close: () => void;
}) {
  const { file, take, close } = props;
  const { t } = useWords();
  const [holds, setHolds] = useState<Holds>('everyone');
  const [campaign, setCampaign] = useState<string>();
  const [region, setRegion] = useState('CN');
  const [reason, setReason] = useState('');
  const [vicidial, setVicidial] = useState(false);
  const campaigns = useCampaigns(holds === 'campaign');
  const ready = /^[A-Z]{2}$/.test(region) && (holds !== 'campaign' || campaign !== undefined);
  const wish = (): DncUpload => ({
    region,
    ...(holds === 'campaign' && campaign !== undefined && { campaign }),
    ...(holds === 'register' && { register: region }),
    ...(reason.trim() !== '' && { reason: reason.trim() }),
    ...(vicidial && { vicidial }),
  });
  return (
    <Modal
      open
      title={t('dnc.choose', { file: file.name })}
      okText={t('dnc.send')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: !ready, autoFocus: true }}
      onOk={() => take(wish())}
      onCancel={close}
    >
      <Form layout="vertical">
        <Form.Item label={t('dnc.holds')}>
          <Segmented<Holds>
            value={holds}
            onChange={setHolds}
            options={[
              { value: 'everyone', label: t('dnc.everyone') },
              { value: 'campaign', label: t('dnc.campaign') },
              { value: 'register', label: t('dnc.ofRegister') },
            ]}
          />
        </Form.Item>
        {holds === 'campaign' && (
          <Form.Item label={t('dnc.campaign')}>
            <Select
              showSearch={{ optionFilterProp: 'label' }}
              loading={campaigns.isPending}
              value={campaign}
              onChange={setCampaign}
              options={(campaigns.data?.pages ?? [])
                .flatMap(({ items }) => items)
                .map(({ id, name }) => ({ value: id, label: name }))}
            />
          </Form.Item>
        )}
        <Form.Item label={t('dnc.region')}>
          <Input
            maxLength={2}
            style={{ width: 80 }}
            value={region}
            onChange={(event) => setRegion(event.target.value.toUpperCase())}
          />
        </Form.Item>
        <Form.Item label={t('dnc.reason')}>
          <Input
            maxLength={200}
            placeholder={t('dnc.reasonHint')}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Form.Item>
        <Checkbox checked={vicidial} onChange={(event) => setVicidial(event.target.checked)}>
          {t('dnc.vicidial')}
        </Checkbox>
      </Form>
    </Modal>
  );
}
