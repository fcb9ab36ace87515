import { exitsOf, stepOf, type Flow, type FlowExit, type FlowProblem } from '@branchline/shared';
import { useWords } from '../words/use-words.ts';
import { exitWord } from './flow-words.ts';

interface TreeProps {
  readonly flow: Flow;
  readonly problems: readonly FlowProblem[];
  readonly chosen: string | undefined;
  /** Where a walked call is. */
  readonly here: string | undefined;
  readonly choose: (step: string) => void;
}

/** A flow as a tree from its first step. A step that more than one way leads to is drawn where it comes first, and named elsewhere. */
export function FlowTree(props: TreeProps) {
  const { flow } = props;
  const { t } = useWords();
  const drawn = new Set<string>();
  const lost = (): string[] => flow.steps.map(({ id }) => id).filter((id) => !drawn.has(id));
  const tree = branch(props, flow.start, drawn);
  const others: React.ReactNode[] = [];
  for (let [next] = lost(); next !== undefined; [next] = lost()) others.push(branch(props, next, drawn));
  return (
    <div className="flow-tree" role="tree" aria-label={t('flows.steps')}>
      <ul>
        {tree}
        {others}
      </ul>
    </div>
  );
}

/** Draws depth first, so that what `drawn` holds is what stands further up. */
function branch(props: TreeProps, id: string, drawn: Set<string>, exit?: FlowExit): React.ReactNode {
  const step = stepOf(props.flow, id);
  const again = drawn.has(id);
  drawn.add(id);
  const below = step && !again ? exitsOf(step) : [];
  return (
    <li key={`${exit?.by ?? ''} ${exit?.value ?? ''} ${id}`} role="none">
      <Node {...props} id={id} again={again} {...(exit && { exit })} />
      {below.length > 0 && <ul>{below.map((each) => branch(props, each.to, drawn, each))}</ul>}
    </li>
  );
}

function Node(props: TreeProps & { readonly id: string; readonly again: boolean; readonly exit?: FlowExit }) {
  const { flow, problems, chosen, here, choose, id, again, exit } = props;
  const { t, language } = useWords();
  const step = stepOf(flow, id);
  const wrong = !step || problems.some((problem) => problem.step === id);
  const prompt = step && 'prompt' in step ? flow.prompts.find(({ name }) => name === step.prompt) : undefined;
  const said = prompt?.[language === 'en' ? 'en' : 'zh-CN'] ?? prompt?.en ?? prompt?.['zh-CN'];
  const marks = [
    'flow-node',
    step ? `flow-${step.kind}` : 'flow-missing',
    again && 'flow-again',
    wrong && 'flow-wrong',
    chosen === id && 'flow-chosen',
    here === id && !again && 'flow-here',
  ];
  return (
    <div className="flow-way">
      {exit && <span className="flow-exit">{exitWord(t, exit)}</span>}
      <button
        type="button"
        role="treeitem"
        aria-selected={chosen === id}
        className={marks.filter(Boolean).join(' ')}
        onClick={() => choose(id)}
      >
        <small>{step ? t(`flows.kind.${step.kind}`) : t('flows.missing')}</small>
        <strong>
          {again ? '→ ' : ''}
          {id}
        </strong>
        {!again && said !== undefined && <em>{said}</em>}
      </button>
    </div>
  );
}
