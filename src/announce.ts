import { log } from '#libs/observability';

/**
 * What a process says of its own life: lines for people where people start it, and in production JSON like the rest of
 * its log. Faults go to stderr, where a person sees them, or into the log.
 */
const isForMachines = process.env.NODE_ENV === 'production' && !process.stdout.isTTY;

export function announce(text: string, fields: object = {}): void {
  if (isForMachines) log.info(fields, text);
  else console.log(text);
}

export function announceFault(text: string): void {
  if (isForMachines) log.fatal(text);
  else console.error(text);
}

/** From now on nothing but JSON is written in production, whatever happens. */
export function speakJson(): void {
  if (!isForMachines) return;
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warn({ err: warning }, 'Node warns'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'The process ends by an error that nothing caught');
    process.exit(1);
  });
}
