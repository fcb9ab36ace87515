/** English text → Chinese. A text without an entry fails the tests. */
export const chinese: Readonly<Record<string, string>> = {};
