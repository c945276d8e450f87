/**
 * Waits until `check` answers without throwing, and answers its answer; past the deadline throws its last error. Tests
 * wait for a condition by this, never for a time.
 */
export async function eventually<T>(check: () => Promise<T> | T, deadlineMs = 30_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
