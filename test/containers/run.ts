import { spawn } from 'node:child_process';

export interface Run {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  input?: string;
  deadlineMs?: number;
}

/** Runs a command to its end and answers what it printed; throws with its last lines where it fails or is late. */
export async function run(command: string, args: string[], options: Run = {}): Promise<string> {
  const { env = process.env, cwd, input = '', deadlineMs = 60_000 } = options;
  const child = spawn(command, args, { env, cwd, stdio: 'pipe', timeout: deadlineMs, killSignal: 'SIGKILL' });
  let stdout = '';
  let all = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    all += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => (all += chunk.toString()));
  child.stdin.on('error', () => undefined); // it need not read
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  if (code === 0) return stdout.trim();
  const end = code === null ? `did not end within ${deadlineMs / 1_000} s` : `exited with ${code}`;
  throw new Error(
    `${command} ${args.join(' ').slice(0, 200)} ${end}:\n${all.trim().split('\n').slice(-15).join('\n')}`,
  );
}

export const succeeds = async (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
