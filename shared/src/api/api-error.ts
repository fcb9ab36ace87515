import Type, { type Static } from 'typebox';
import { closed } from '../contract/primitives.ts';

/** Every refusal of the API: a code of the catalogue, what happened, what to do. */
export const ApiError = closed({
  code: Type.String(),
  message: Type.String(),
  advice: Type.String(),
  place: Type.Optional(Type.String()),
  requestId: Type.Optional(Type.String()),
});
export type ApiError = Static<typeof ApiError>;
