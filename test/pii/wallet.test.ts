import { expect, it } from 'vitest';
import { isBase58Check, isBech32, isEip55 } from '../../src/pii/wallet.ts';

it('checks Base58Check addresses', () => {
  expect(isBase58Check('1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2')).toBe(true);
  expect(isBase58Check('3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy')).toBe(true);
  expect(isBase58Check('3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLz')).toBe(false);
  expect(isBase58Check('0OIl')).toBe(false);
});

it('checks Bech32 and Bech32m by the vectors of BIP 173 and BIP 350', () => {
  expect(isBech32('BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')).toBe(true);
  expect(isBech32('bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0')).toBe(true);
  expect(isBech32('bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5')).toBe(false);
  expect(isBech32('bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4')).toBe(false);
});

it('checks the capitals of Ethereum addresses by the vectors of EIP-55', () => {
  for (const address of [
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed',
    '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359',
    '0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB',
    '0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb',
  ]) {
    expect(isEip55(address)).toBe(true);
  }
  expect(isEip55('0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed')).toBe(false);
  expect(isEip55('0x52908400098527886E0F7030069857D2E4169EE7')).toBe(null);
});
