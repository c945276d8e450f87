/** Known to everyone who read the source: taken where it is asked for by name, refused in production. */
export const DEVELOPMENT_SECRET = 'floodgate-development-secret-do-not-use';

/** Processes that share a database share the secret, so none of them may make one for itself. */
export function missingSecret(nodeEnv: string | undefined): string {
  const needed =
    'SECRET: needed outside of the embedded default, as it signs the tokens. Make one with: openssl rand -hex 32';
  return nodeEnv === 'production' ? needed : `${needed}; or, to try it on your own machine: SECRET=development`;
}

/** What is looked at of the settings. */
interface Looked {
  MODULES: string[];
  SECRET: string[];
  ALLOW_IN_PRODUCTION: string[];
  ADMIN_API_KEY?: string;
  PAYMENTS_TEST?: boolean;
  SMTP_URL?: string;
  DATABASE_URL?: string;
}

export function productionFaults(settings: Looked, given: string[]): string[] {
  const faults: string[] = [];
  const { MODULES } = settings;
  const mails = MODULES.includes('all') || MODULES.includes('notifications');
  if (settings.SECRET.includes(DEVELOPMENT_SECRET)) {
    faults.push('SECRET: the development secret is public. Set one of your own, e.g. from: openssl rand -hex 32');
  }
  if (!settings.ADMIN_API_KEY) faults.push('ADMIN_API_KEY: needed in production. Make one with: openssl rand -hex 32');
  if (settings.PAYMENTS_TEST && !settings.ALLOW_IN_PRODUCTION.includes('test-payments')) {
    faults.push(
      'PAYMENTS_TEST: with it anyone gets goods for nothing. Unset it, or name it: ALLOW_IN_PRODUCTION=test-payments',
    );
  }
  if (mails && !settings.SMTP_URL && !settings.ALLOW_IN_PRODUCTION.includes('no-mail')) {
    faults.push('SMTP_URL: without it nobody gets a mail. Set it, or name it: ALLOW_IN_PRODUCTION=no-mail');
  }
  // Modules that are named may have a database each; which one lacks its own is told when it is loaded.
  const someHaveTheirs = given.some((name) => /^[A-Z]+_DATABASE_URL$/.test(name));
  if (!settings.DATABASE_URL && !someHaveTheirs && MODULES.includes('all'))
    faults.push('DATABASE_URL: needed in production; the embedded Postgres is for development.');
  return faults;
}
