/** What fails again and again, told once when it begins and once when it is over. */
export class Outage {
  private since: number | undefined;
  private failures = 0;

  constructor(private readonly tell: (line: string) => void) {}

  failed(what: string, error: unknown): void {
    this.failures += 1;
    if (this.since !== undefined) return;
    this.since = Date.now();
    this.tell(`${what}: ${error instanceof Error ? error.message : String(error)} (told once, until it works again)`);
  }

  works(what: string): void {
    if (this.since === undefined) return;
    const seconds = ((Date.now() - this.since) / 1_000).toFixed(1);
    this.tell(`${what} works again, after ${seconds} s and ${this.failures} failures`);
    this.since = undefined;
    this.failures = 0;
  }
}
