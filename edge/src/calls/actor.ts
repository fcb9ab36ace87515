/** Who wants something done to a call: an agent of the branch by their id, or a person at the center. */
export type Actor = string | { readonly center: string };

/** An actor as it stands in a record: `here` tells agents of the branch from people at the center, who may have the same name. */
export function told(by: Actor): { readonly by: string; readonly here?: true } {
  return typeof by === 'string' ? { by, here: true } : { by: by.center };
}
