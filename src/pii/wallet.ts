import { nodeCrypto } from '../core/builtin.ts';

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** Whether a base58 text carries a true checksum: the last four bytes of the double SHA-256 (Bitcoin's Base58Check). */
export function isBase58Check(text: string): boolean {
  const bytes: number[] = [];
  for (const character of text) {
    let carry = BASE58.indexOf(character);
    if (carry < 0) return false;
    for (let index = 0; index < bytes.length; index++) {
      carry += (bytes[index] as number) * 58;
      bytes[index] = carry & 0xff;
      carry >>= 8;
    }
    for (; carry > 0; carry >>= 8) bytes.push(carry & 0xff);
  }
  for (const character of text) {
    if (character !== '1') break;
    bytes.push(0);
  }
  if (bytes.length !== 25) return false;
  const payload = Buffer.from(bytes.reverse());
  const once = nodeCrypto().createHash('sha256').update(payload.subarray(0, 21)).digest();
  const twice = nodeCrypto().createHash('sha256').update(once).digest();
  return twice.subarray(0, 4).equals(payload.subarray(21));
}

/** Whether a Bech32 (BIP 173) or Bech32m (BIP 350) text carries a true checksum. */
export function isBech32(text: string): boolean {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return false;
  const lower = text.toLowerCase();
  const separator = lower.lastIndexOf('1');
  if (separator < 1 || lower.length - separator < 7) return false;
  const prefix = lower.slice(0, separator);
  const values: number[] = [];
  for (const character of prefix) values.push(character.charCodeAt(0) >> 5);
  values.push(0);
  for (const character of prefix) values.push(character.charCodeAt(0) & 31);
  for (const character of lower.slice(separator + 1)) {
    const value = BECH32.indexOf(character);
    if (value < 0) return false;
    values.push(value);
  }
  const checksum = polymod(values);
  return checksum === 1 || checksum === 0x2bc830a3;
}

function polymod(values: readonly number[]): number {
  const generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    generators.forEach((generator, bit) => {
      if ((top >> bit) & 1) checksum ^= generator;
    });
  }
  return checksum >>> 0;
}

/** Whether the capitals of a `0x` address are a true EIP-55 checksum; null where it has none (one case only). */
export function isEip55(address: string): boolean | null {
  const hex = address.slice(2);
  if (hex === hex.toLowerCase() || hex === hex.toUpperCase()) return null;
  const hash = keccak256(hex.toLowerCase());
  for (let index = 0; index < hex.length; index++) {
    const character = hex.charAt(index);
    if (character >= '0' && character <= '9') continue;
    const nibble = ((hash[index >> 1] as number) >> (index % 2 === 0 ? 4 : 0)) & 15;
    if ((character === character.toUpperCase()) !== nibble >= 8) return false;
  }
  return true;
}

const ROUND_CONSTANTS: readonly bigint[] = makeRoundConstants();
const MASK = (1n << 64n) - 1n;

/** Keccak-256 with the padding from before FIPS 202, as Ethereum uses it; ASCII in, 32 bytes out. Inputs under 136 bytes. */
function keccak256(text: string): Uint8Array {
  const block = new Uint8Array(136);
  for (let index = 0; index < text.length; index++) block[index] = text.charCodeAt(index);
  block[text.length] = 1;
  block[135] = (block[135] as number) | 0x80;
  const state = new Array<bigint>(25).fill(0n);
  for (let lane = 0; lane < 17; lane++) {
    let value = 0n;
    for (let byte = 7; byte >= 0; byte--) value = (value << 8n) | BigInt(block[lane * 8 + byte] as number);
    state[lane] = value;
  }
  permute(state);
  const out = new Uint8Array(32);
  for (let index = 0; index < 32; index++) {
    out[index] = Number(((state[index >> 3] as bigint) >> BigInt((index % 8) * 8)) & 0xffn);
  }
  return out;
}

function permute(state: bigint[]): void {
  const at = (index: number) => state[index] as bigint;
  for (const constant of ROUND_CONSTANTS) {
    const columns = [0, 1, 2, 3, 4].map((x) => at(x) ^ at(x + 5) ^ at(x + 10) ^ at(x + 15) ^ at(x + 20));
    for (let x = 0; x < 5; x++) {
      const mix = (columns[(x + 4) % 5] as bigint) ^ rotate(columns[(x + 1) % 5] as bigint, 1);
      for (let y = 0; y < 25; y += 5) state[x + y] = at(x + y) ^ mix;
    }
    let x = 1;
    let y = 0;
    let current = at(1);
    for (let step = 0; step < 24; step++) {
      const nextX = y;
      y = (2 * x + 3 * y) % 5;
      x = nextX;
      const index = x + 5 * y;
      const saved = at(index);
      state[index] = rotate(current, (((step + 1) * (step + 2)) / 2) % 64);
      current = saved;
    }
    for (let row = 0; row < 25; row += 5) {
      const lanes = [0, 1, 2, 3, 4].map((column) => at(row + column));
      for (let column = 0; column < 5; column++) {
        state[row + column] =
          (lanes[column] as bigint) ^
          (~(lanes[(column + 1) % 5] as bigint) & MASK & (lanes[(column + 2) % 5] as bigint));
      }
    }
    state[0] = at(0) ^ constant;
  }
}

function rotate(value: bigint, by: number): bigint {
  return by === 0 ? value : ((value << BigInt(by)) | (value >> BigInt(64 - by))) & ((1n << 64n) - 1n);
}

/** The 24 round constants of Keccak-f[1600], from its linear feedback shift register (FIPS 202, 3.2.5). */
function makeRoundConstants(): bigint[] {
  const constants: bigint[] = [];
  let register = 1;
  for (let round = 0; round < 24; round++) {
    let constant = 0n;
    for (let bit = 0; bit < 7; bit++) {
      if (register & 1) constant |= 1n << BigInt((1 << bit) - 1);
      register <<= 1;
      if (register & 0x100) register ^= 0x171;
    }
    constants.push(constant);
  }
  return constants;
}
