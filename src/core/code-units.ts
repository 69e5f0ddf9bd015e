const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * A function that copies the UTF-16 units of texts to the start of one array, which must hold them. A loop over an array that is a constant
 * of its module runs about a third faster than one over a string; over an array that comes from elsewhere it runs no faster.
 */
export function unitWriter(target: Uint16Array): (text: string) => void {
  const bytes = Buffer.from(target.buffer, target.byteOffset, target.byteLength);
  if (LITTLE_ENDIAN) return (text) => void bytes.write(text, 0, 'utf16le');
  return (text) => {
    for (let i = 0; i < text.length; i++) target[i] = text.charCodeAt(i);
  };
}
