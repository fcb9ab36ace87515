export { PhoneBook, type PhonePlace } from './phone-book.ts';
