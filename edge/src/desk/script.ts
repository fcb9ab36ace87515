/** What a variable of a script may be called: the column of the list, or one of our own. */
const variable = /\{\{\s*([^{}]{1,60}?)\s*\}\}/g;

/** A campaign's script with `{{column}}` filled in; what is not known stays empty. Names are compared without regard to case. */
export function fillScript(script: string, values: Readonly<Record<string, string>>): string {
  const known = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  return script.replace(variable, (_, name: string) => known.get(name.toLowerCase()) ?? '');
}
