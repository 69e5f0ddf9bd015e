import { mkdirSync, writeFileSync } from 'node:fs';
import { BUILTIN_PARTS, compileBuiltin, type PackPart, serializePack } from '../src/rules/index.ts';

// Compiles the shipped rules into dist/rules.pack; run from the package root by `npm run build`.
const parts: PackPart[] = [];
for (const part of BUILTIN_PARTS) parts.push(await compileBuiltin(part));
mkdirSync('dist', { recursive: true });
writeFileSync('dist/rules.pack', serializePack(parts));
