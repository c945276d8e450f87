import { SETTINGS, type Settings } from '#libs/config';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { Remote } from './remote.js';
import { askChannelCredentials } from './tls.js';
import { askCredential } from './wire.js';

/** The modules that other processes host, each made when it is first asked. */
@Injectable()
export class Remotes implements OnApplicationShutdown {
  private readonly remotes = new Map<string, Remote>();
  private readonly credential: string;
  private readonly credentials: ChannelCredentials;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {
    this.credential = askCredential(settings.SECRET[0] as string);
    this.credentials = askChannelCredentials(settings);
  }

  of(module: string): Remote {
    let remote = this.remotes.get(module);
    if (!remote) {
      remote = new Remote(module, this.settings.grpcUrl(module), this.credential, this.credentials);
      this.remotes.set(module, remote);
    }
    return remote;
  }

  onApplicationShutdown(): void {
    for (const remote of this.remotes.values()) remote.close();
  }
}
