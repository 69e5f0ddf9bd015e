/** Texts that are made to be slow. */
export const HOSTILE: Readonly<Record<string, (size: number) => string>> = {
  'one letter': (size) => 'a'.repeat(size),
  spaces: (size) => ' '.repeat(size),
  digits: (size) => '1234567890'.repeat(size / 10),
  'dense verbs': (size) => 'ignore disregard forget '.repeat(size / 24),
  'dense near-misses': (size) => 'ignore all previous instruction rules prompts '.repeat(size / 46),
  'open links': (size) => '![a](http://b?'.repeat(size / 14),
  addresses: (size) => 'a.b@'.repeat(size / 4),
  base64: (size) => 'QUJDREVGR0hJSktM'.repeat(size / 16),
  newlines: (size) => '\n#'.repeat(size / 2),
  brackets: (size) => '<|im_start|>'.repeat(size / 12),
  'spaced words': (size) => 'a b c d e f g '.repeat(size / 14),
  'long line of words': (size) => 'word another something '.repeat(size / 23),
  'you are': (size) => 'you are the system prompt user assistant: '.repeat(size / 42),
  punctuation: (size) => '!?:;,.-_*#'.repeat(size / 10),
  'other scripts': (size) => '忽略所有之前的指令 игнорируй все инструкции '.repeat(size / 42),
  'hex pairs': (size) => 'a1:b2:c3-'.repeat(size / 9),
};
