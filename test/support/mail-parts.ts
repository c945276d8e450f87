export interface MailParts {
  /** By name in lower case. */
  headers: Record<string, string>;
  text: string;
  html: string;
}

/** What a reader's mail program shows of a message with a text and an HTML part (RFC 2046, multipart/alternative). */
export function partsOf(raw: string): MailParts {
  const { headers, body } = split(raw.replaceAll('\r\n', '\n'));
  const boundary = /boundary="?([^";]+)"?/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const parts = body.split(`--${boundary}`).map((part) => split(part.trimStart()));
  const ofType = (type: string) => {
    const found = parts.filter((part) => part.headers['content-type']?.startsWith(type));
    if (found.length !== 1) throw new Error(`${found.length} parts of type ${type} in:\n${raw}`);
    return found.map(decoded).join('');
  };
  return { headers, text: ofType('text/plain'), html: ofType('text/html') };
}

function split(message: string): { headers: Record<string, string>; body: string } {
  const end = message.indexOf('\n\n');
  const unfolded = message.slice(0, end).replace(/\n[ \t]+/g, ' ');
  const headers = unfolded.split('\n').map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: Object.fromEntries(headers), body: message.slice(end + 2) };
}

function decoded({ headers, body }: { headers: Record<string, string>; body: string }): string {
  switch (headers['content-transfer-encoding']) {
    case 'base64':
      return Buffer.from(body, 'base64').toString();
    case 'quoted-printable': {
      const bytes = body
        .replace(/=\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString();
    }
    default:
      return body;
  }
}
