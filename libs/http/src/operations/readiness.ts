import { Injectable } from '@nestjs/common';

/** Whether this process wants requests: after its boot, until its shutdown begins. The boot and the shutdown set it. */
@Injectable()
export class Readiness {
  private state: 'starting' | 'ready' | 'draining' = 'starting';
  private readonly closing = new AbortController();

  /** The boot is over. */
  open(): void {
    if (this.state === 'starting') this.state = 'ready';
  }

  /** `/readyz` says no from now on; requests are still taken, but each ends its connection. */
  drain(): void {
    this.state = 'draining';
  }

  /** Whoever waits for something else than its own work is answered now. */
  close(): void {
    this.closing.abort();
  }

  get isStarting(): boolean {
    return this.state === 'starting';
  }

  get isReady(): boolean {
    return this.state === 'ready';
  }

  get isDraining(): boolean {
    return this.state === 'draining';
  }

  get whenClosing(): AbortSignal {
    return this.closing.signal;
  }
}
