import { randomUUID } from 'node:crypto';
import { mkdir, opendir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { type Mail, Mailer, messageOf } from './mailer.js';

/**
 * Puts mails into a folder as .eml files, named by id, so that they sort by time and a mail that comes twice is one
 * file. A watcher of the folder sees whole files only; they hold personal data, so other users of the machine read none.
 */
export class MailFolder extends Mailer {
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });

  constructor(
    private readonly folder: string,
    private readonly from: string,
  ) {
    super();
  }

  override async forget(days: number, signal: AbortSignal): Promise<void> {
    const eldest = Date.now() - days * 86_400_000;
    for await (const { name } of await opendir(this.folder).catch(() => [])) {
      if (signal.aborted) return;
      const file = join(this.folder, name);
      const written = (await stat(file).catch(() => undefined))?.mtimeMs ?? eldest;
      if (/\.(eml|tmp)$/.test(name) && written < eldest) await rm(file, { force: true });
    }
  }

  override async send(mail: Mail): Promise<void> {
    const { message } = await this.composer.sendMail(messageOf(mail, this.from));
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const unfinished = join(this.folder, `.${randomUUID()}.tmp`);
    await writeFile(unfinished, message, { mode: 0o600 });
    await rename(unfinished, join(this.folder, `${mail.id}-${mail.kind}.eml`));
  }
}
