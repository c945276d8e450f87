import { Repeating, withDeadline } from '#libs/kernel';

const LOOK_EVERY_MS = 1_000;
/** An engine that has not answered by then counts as away. */
const DEADLINE_MS = 3_000;

export type Ask = () => Promise<Record<string, unknown>>;

/** The state of one engine, asked in the background: who wants to know it need not wait for the engine. */
export class EngineState {
  private readonly looking: Repeating;
  private details: Record<string, unknown> = { message: 'It has not been asked yet.' };
  private awaySince: number | undefined = 0; // since ever

  constructor(
    readonly name: string,
    /** Requests cannot do without it. */
    readonly isNeeded: boolean,
    private readonly ask: Ask,
  ) {
    this.looking = new Repeating(LOOK_EVERY_MS, () => this.look(), () => undefined); // prettier-ignore
  }

  async start(): Promise<void> {
    await this.look();
    this.looking.start();
  }

  stop(): Promise<void> {
    return this.looking.stop();
  }

  /** Milliseconds that it has been away; undefined while it answers. */
  get awayMs(): number | undefined {
    return this.awaySince === undefined ? undefined : Date.now() - this.awaySince;
  }

  /** What it last said of itself, or why it did not. */
  get said(): Record<string, unknown> {
    return this.details;
  }

  private async look(): Promise<void> {
    try {
      this.details = await withDeadline(this.name, DEADLINE_MS, this.ask());
      this.awaySince = undefined;
    } catch (error) {
      this.details = { message: error instanceof Error ? error.message : String(error) };
      this.awaySince ??= Date.now();
    }
  }
}
