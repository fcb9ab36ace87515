export type Tone = 'good' | 'warn' | 'bad' | 'accent' | 'talking' | 'quiet';

/** A thin bar of how much of something is used. @param props.mark a limit to show on it, 0–1 */
export function Meter(props: {
  readonly value: number;
  readonly tone: Tone;
  readonly mark?: number;
  readonly label?: string;
}) {
  const percent = Math.min(100, Math.max(0, props.value * 100));
  return (
    <span className="meter">
      {props.label !== undefined && <span className="unseen">{props.label}</span>}
      <span className={`meter-fill tone-${props.tone}`} style={{ width: `${percent}%` }} />
      {props.mark !== undefined && <span className="meter-mark" style={{ left: `${props.mark * 100}%` }} />}
    </span>
  );
}
