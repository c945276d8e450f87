import { Transform, type TransformCallback } from 'node:stream';
import { Fault } from './command.js';

export const ENCODINGS = ['utf8', 'utf16le', 'windows-1252', 'latin1'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** 0x80 to 0x9f of windows-1252, which is latin1 elsewhere; five of them are no character. */
const HIGH = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

/**
 * Bytes of a file in, text out. A byte order mark says the encoding, else `named` does. Text in another encoding ends
 * with a Fault that tells where, as it would be stored broken for good. What calls itself latin1 is windows-1252, as in
 * browsers (WHATWG Encoding).
 */
export class Decode extends Transform {
  private decode?: (bytes: Buffer, stream: boolean) => string;
  private line = 1;
  private column = 1;

  constructor(
    private readonly file: string,
    private readonly named: Encoding,
  ) {
    super();
  }

  override _transform(bytes: Buffer, _: string, done: TransformCallback): void {
    this.feed(bytes, true, done);
  }

  override _flush(done: TransformCallback): void {
    this.feed(Buffer.alloc(0), false, done);
  }

  private feed(bytes: Buffer, stream: boolean, done: TransformCallback): void {
    this.decode ??= decoderFor(bytes, this.named);
    const text = this.decode(bytes, stream);
    const broken = text.search(/[\ufffd\0]/);
    this.walk(broken < 0 ? text : text.slice(0, broken));
    if (broken < 0) return done(null, text);
    const place = `${this.file}, line ${this.line}, column ${this.column}`;
    return done(
      new Fault(
        text[broken] === '\0'
          ? `${place}: a NUL, which no text has. Is it UTF-16? Say --encoding utf16le.`
          : `${place}: no ${this.named} text. Say the encoding, such as --encoding windows-1252, or save the file as UTF-8.`,
      ),
    );
  }

  private walk(text: string): void {
    for (const part of text.split(/(?<=\n)/)) {
      this.column += part.length;
      if (!part.endsWith('\n')) continue;
      this.line += 1;
      this.column = 1;
    }
  }
}

function decoderFor(start: Buffer, named: Encoding): (bytes: Buffer, stream: boolean) => string {
  const mark = start.toString('latin1', 0, 3);
  const label = mark === '\xef\xbb\xbf' ? 'utf-8' : mark.startsWith('\xff\xfe') ? 'utf-16le' : mark.startsWith('\xfe\xff') ? 'utf-16be' : undefined; // prettier-ignore
  if (!label && (named === 'latin1' || named === 'windows-1252')) {
    return (bytes) => bytes.toString('latin1').replace(/[\x80-\x9f]/g, (sign) => HIGH[sign.charCodeAt(0) - 0x80] ?? '');
  }
  const decoder = new TextDecoder(label ?? { utf8: 'utf-8', utf16le: 'utf-16le' }[named as 'utf8' | 'utf16le']);
  return (bytes, stream) => decoder.decode(bytes, { stream });
}
