import { rm } from 'node:fs/promises';

/** Jest's global teardown. What the processes said beyond their welcome is shown on demand: a warning is worth a look. */
export default async function stopShop(): Promise<void> {
  const { floodgate, mailbox, dataDir } = globalThis.shop ?? {};
  await floodgate?.stop();
  await mailbox?.close();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
  if (process.env.SERVER_OUTPUT) console.log(floodgate?.output());
}
