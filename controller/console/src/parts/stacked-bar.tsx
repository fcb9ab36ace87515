/** One part of a stacked bar. */
export interface BarPart {
  readonly key: string;
  readonly value: number;
  readonly color: string;
  readonly label: string;
}

/** Parts of a whole side by side; parts of nothing are left out. */
export function StackedBar({ parts, label }: { readonly parts: readonly BarPart[]; readonly label: string }) {
  const total = parts.reduce((sum, part) => sum + part.value, 0);
  return (
    <span className="stacked">
      <span className="unseen">{label}</span>
      {parts
        .filter((part) => part.value > 0)
        .map((part) => (
          <span
            key={part.key}
            title={part.label}
            style={{ width: `${(part.value / total) * 100}%`, background: part.color }}
          />
        ))}
    </span>
  );
}
