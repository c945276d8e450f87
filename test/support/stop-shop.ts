import { rm } from 'node:fs/promises';

/** Jest's global teardown. What the server said beyond its welcome is shown: a warning is worth a look. */
export default async function stopShop(): Promise<void> {
  const { server, mailbox, dataDir } = globalThis.shop ?? {};
  await server?.stop();
  await mailbox?.close();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
  if (process.env.SERVER_OUTPUT) console.log(server?.output());
}
