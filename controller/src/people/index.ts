/** Who people are and what they may do. */
export * from './permissions.ts';
export * from './principal.ts';
export { hashPassword, hashSecret, newSecret } from './secrets.ts';
export { SecondFactor } from './second-factor.ts';
export { SignIn, type OpenSession } from './sign-in.ts';
export { changeUser, createFirstAdministrator, createUser, findUser, listUsers } from './user-book.ts';
