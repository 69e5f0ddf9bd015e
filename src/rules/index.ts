export { compileMatcher, type Match, type Matcher, type PatternSource } from './matcher.ts';
