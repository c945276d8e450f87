import { Injectable } from '@nestjs/common';

/** Whether this process wants requests: after its boot, until its shutdown begins. The boot and the shutdown set it. */
@Injectable()
export class Readiness {
  private ready = false;

  set(ready: boolean): void {
    this.ready = ready;
  }

  get isReady(): boolean {
    return this.ready;
  }
}
