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
  private decode?: Decoder;
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

type Decoder = (bytes: Buffer, stream: boolean) => string;

const withLabel = (label: string): Decoder => {
  const decoder = new TextDecoder(label);
  return (bytes, stream) => decoder.decode(bytes, { stream });
};
/** By hand, as TextDecoder of Node 20 takes windows-1252 for latin1. */
const windows1252 = (): Decoder => (bytes) =>
  bytes.toString('latin1').replace(/[\x80-\x9f]/g, (sign) => HIGH[sign.charCodeAt(0) - 0x80] ?? '');

const DECODERS: Record<Encoding, () => Decoder> = {
  utf8: () => withLabel('utf-8'),
  utf16le: () => withLabel('utf-16le'),
  'windows-1252': windows1252,
  latin1: windows1252,
};
const MARKS: [mark: string, label: string][] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xff\xfe', 'utf-16le'],
  ['\xfe\xff', 'utf-16be'],
];

function decoderFor(start: Buffer, named: Encoding): Decoder {
  const first = start.toString('latin1', 0, 3);
  const marked = MARKS.find(([mark]) => first.startsWith(mark));
  return marked ? withLabel(marked[1]) : DECODERS[named]();
}
