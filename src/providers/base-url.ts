import { nodeNet } from '../core/builtin.ts';
import { UserError } from '../core/errors.ts';

const LOOPBACK_NAMES = new Set(['localhost', 'ip6-localhost']);
/** Names under which clouds serve credentials of the machine. */
const METADATA_NAMES = new Set(['metadata', 'metadata.google.internal', 'instance-data', 'instance-data.ec2.internal']);
/** The same by number: AWS over IPv6, Alibaba Cloud, Oracle's old one. */
const METADATA_ADDRESSES = new Set(['fd00:ec2::254', '100.100.100.200', '192.0.0.192']);

/** Whether a host name is this machine's own. */
export function isLoopback(hostname: string): boolean {
  const host = bare(hostname);
  return LOOPBACK_NAMES.has(host) || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}

/**
 * Checks the address of an API: https, or http on loopback; never a link-local or metadata address. Returns it without
 * a slash at the end. Throws UserError `base_url` that names `label`.
 */
export function checkBaseUrl(label: string, address: string): string {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw new UserError('base_url', `the base URL of ${label} is not an address; it looks like https://host/v1`);
  }
  const host = bare(url.hostname);
  if (url.username || url.password) {
    throw new UserError('base_url', `the base URL of ${label} carries a user name or password; give the key by itself`);
  }
  if (url.search || url.hash) {
    throw new UserError(
      'base_url',
      `the base URL of ${label} ends in ${url.search || url.hash}; give the address up to its path`,
    );
  }
  if (isForbidden(host)) {
    throw new UserError('base_url', `the base URL of ${label} points at ${host}, a link-local or metadata address`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(host))) {
    throw new UserError(
      'base_url',
      `the base URL of ${label} must be https (http only on this machine), not ${url.protocol}//${host}`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '');
}

function isForbidden(host: string): boolean {
  if (METADATA_NAMES.has(host) || METADATA_ADDRESSES.has(host)) return true;
  // URL has already turned 0xA9FEA9FE, 2852039166 and the like into dotted form.
  const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(host);
  if (mapped) return Number.parseInt(mapped[1] as string, 16) === 0xa9fe;
  if (nodeNet().isIP(host) === 4) return host.startsWith('169.254.') || host === '0.0.0.0';
  return nodeNet().isIP(host) === 6 && (/^fe[89ab]/.test(host) || host === '::');
}
