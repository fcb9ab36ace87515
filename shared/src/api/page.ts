import Type, { type TSchema } from 'typebox';
import { closed } from '../contract/primitives.ts';

/** Continues a list: opaque, as the page before gave it. */
export const Cursor = Type.Optional(Type.String({ maxLength: 200 }));

/** A page of a list. Every `GET` of a list answers one; `next` is absent on the last. */
export function page<const T extends TSchema>(item: T) {
  return closed({ items: Type.Array(item), next: Cursor });
}

/** What every `GET` of a list takes. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  cursor: Cursor,
};
