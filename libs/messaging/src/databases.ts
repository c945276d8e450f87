import type { Database } from '#libs/database';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** The databases of the modules hosted in this process, by module name. */
@Injectable()
export class Databases implements OnApplicationShutdown {
  private readonly opened = new Map<string, Database>();

  add(database: Database): void {
    this.opened.set(database.module, database);
  }

  of(module: string): Database {
    const database = this.opened.get(module);
    if (!database) throw new Error(`${module} has no database in this process.`);
    return database;
  }

  all(): Database[] {
    return [...this.opened.values()];
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.all().map((database) => database.close()));
  }
}
