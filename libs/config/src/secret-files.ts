import { readFileSync } from 'node:fs';

const SECRETS = /^(SECRET|ADMIN_API_KEY|REDIS_URL|SMTP_URL|([A-Z]+_)?(DATABASE|DIRECT)_URL)$/;

/**
 * Replaces `<NAME>_FILE` by `<NAME>`, read from that file, for each setting that holds a secret: the convention of Docker's
 * and Kubernetes' mounted secrets. Files end in a line break as a rule, so space at both ends is left out.
 */
export function withSecretFiles(env: Readonly<Record<string, string>>, faults: string[]): Record<string, string> {
  const found = { ...env };
  for (const [setting, path] of Object.entries(env)) {
    const name = setting.replace(/_FILE$/, '');
    if (name === setting || !SECRETS.test(name)) continue;
    if (name in env) faults.push(`${setting}: ${name} is given too. Keep one of them.`);
    const text = read(path);
    if (text instanceof Error)
      faults.push(`${setting}: ${path} cannot be read (${text.message}). Check path and rights.`);
    else if (text === '') faults.push(`${setting}: ${path} is empty. Write the value of ${name} into it.`);
    else found[name] = text;
  }
  return found;
}

function read(path: string): string | Error {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    return new Error((error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}
