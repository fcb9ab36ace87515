/** What was wrong with a step of signing in. */
export interface Fault {
  readonly code?: string;
  readonly message: string;
  readonly advice?: string;
}

/** The place where it is said, there from the beginning so that it is read out when it fills. */
export function FaultNote({ id, fault }: { readonly id: string; readonly fault: Fault | undefined }) {
  return (
    <div id={id} role="alert" className={fault ? 'sign-in-fault' : undefined}>
      {fault && (
        <>
          <strong>{fault.message}</strong>
          {fault.advice && <span>{fault.advice}</span>}
          {fault.code && <code>{fault.code}</code>}
        </>
      )}
    </div>
  );
}

/** A field of a form as text. */
export function fieldText(form: FormData, field: string): string {
  const value = form.get(field);
  return typeof value === 'string' ? value.trim() : '';
}
