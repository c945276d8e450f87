import pg from 'pg';

/**
 * A client whose connection may end at any moment. While nobody listens, as between two queries, or between a pool's
 * checkout and the turn in which its user does, pg's event `error` would end the process. Its user hears of it by the
 * next query.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
