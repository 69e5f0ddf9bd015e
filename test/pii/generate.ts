import fc from 'fast-check';
import { isLuhnValid, mod97 } from '../../src/pii/check-digits.ts';

const digits = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });

/** Groups digits by the given lengths with one separator. */
export function grouped(value: string, lengths: readonly number[], separator: string): string {
  let at = 0;
  return lengths
    .map((length) => {
      at += length;
      return value.slice(at - length, at);
    })
    .join(separator);
}

function withLuhn(body: string): string {
  for (let check = 0; check < 10; check++) if (isLuhnValid(body + check)) return body + check;
  throw new Error('unreachable');
}

/** Valid card numbers of the large networks, digits only. */
export const cards = fc
  .tuple(
    fc.constantFrom(['4', 16], ['51', 16], ['2221', 16], ['6011', 16], ['3530', 16], ['34', 15], ['37', 15]),
    digits(15),
  )
  .map(([[prefix, length], rest]) => withLuhn((prefix + rest).slice(0, (length as number) - 1)))
  .filter((card) => new Set(card).size > 3);

/** Valid IBANs of countries whose account numbers have no check of their own. */
export const ibans = fc
  .tuple(
    fc.constantFrom(['DE', 18], ['GB', 0], ['CH', 17], ['DK', 14], ['LT', 16]),
    digits(18),
    fc.constantFrom('WEST', 'NWBK', 'HBUK'),
  )
  .map(([[country, length], number, bank]) => {
    const account = country === 'GB' ? bank + number.slice(0, 14) : number.slice(0, length as number);
    const check = 98 - mod97(`${account}${country}00`);
    return `${country}${String(check).padStart(2, '0')}${account}`;
  });

/** Social security numbers that may have been issued. */
export const ssns = fc
  .tuple(fc.integer({ min: 1, max: 899 }), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 9999 }))
  .map(([area, group, serial]) => [
    String(area).padStart(3, '0'),
    String(group).padStart(2, '0'),
    String(serial).padStart(4, '0'),
  ])
  .filter(([area]) => area !== '666')
  .map((parts) => parts.join('-'))
  .filter((ssn) => !['078-05-1120', '219-09-9999'].includes(ssn));

const label = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 1,
  maxLength: 10,
});

/** Addresses as people have them. */
export const emails = fc
  .tuple(
    label,
    fc.constantFrom('', '.', '_', '+', '-'),
    label,
    label,
    fc.constantFrom('com', 'org', 'de', 'co.uk', 'museum'),
  )
  .map(([first, mark, second, host, top]) => `${first}${mark}${second}@${host}.${top}`);

/** Public IPv4 addresses that nobody takes for a version. */
export const ipv4s = fc
  .tuple(fc.integer({ min: 20, max: 223 }), ...Array.from({ length: 3 }, () => fc.integer({ min: 0, max: 255 })))
  .filter(([first]) => first !== 127)
  .map((parts) => parts.join('.'));

/** MAC addresses with one separator throughout. */
export const macs = fc
  .tuple(fc.uint8Array({ minLength: 6, maxLength: 6 }), fc.constantFrom(':', '-'), fc.boolean())
  .filter(([bytes]) => new Set(bytes).size > 2)
  .map(([bytes, separator, upper]) => {
    const text = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(separator);
    return upper ? text.toUpperCase() : text;
  });

/** North American numbers in several spellings. */
export const phones = fc
  .tuple(
    fc.integer({ min: 2, max: 9 }),
    digits(2),
    fc.integer({ min: 2, max: 9 }),
    digits(6),
    fc.constantFrom('(###) ###-####', '###-###-####', '###.###.####', '1-###-###-####', '+1 ### ### ####'),
  )
  .map(([area, areaRest, exchange, rest, shape]) => {
    const number = `${area}${areaRest}${exchange}${rest}`;
    let at = 0;
    return shape.replace(/#/g, () => number.charAt(at++));
  });

/** Brazilian CPFs with both of their check digits. */
export const cpfs = digits(9)
  .filter((body) => new Set(body).size > 2)
  .map((body) => {
    const check = (text: string) => {
      const sum = [...text].reduce((total, digit, index) => total + Number(digit) * (text.length + 1 - index), 0) % 11;
      return sum < 2 ? 0 : 11 - sum;
    };
    const first = check(body);
    return `${body}${first}${check(`${body}${first}`)}`;
  })
  .map((cpf) => `${cpf.slice(0, 3)}.${cpf.slice(3, 6)}.${cpf.slice(6, 9)}-${cpf.slice(9)}`);

/** NHS numbers, digits only. */
export const nhsNumbers = digits(9)
  .map((body) => {
    const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
    return `${body}${(11 - (sum % 11)) % 11}`;
  })
  .filter((number) => number.length === 10 && new Set(number).size > 2);

/** What stands around a value: prose, code and data, with letters of several scripts and emoji. */
export const surroundings = fc.constantFrom(
  ['', ''],
  ['Please note: ', ' is what I have.'],
  ['He said "', '" and left.'],
  ['{"value":"', '"}'],
  ['📧 Grüße an 你好: ', ' 🙂'],
  ['e\u0301tait\u00a0: ', '\nne\u0301e'],
  ['<td>', '</td>'],
  ['key=', ';next=1'],
  ['a,b\n"', '","x"'],
  ['\\n', '\\n'],
) as fc.Arbitrary<[string, string]>;
