interface Line {
  time: string;
  level: string;
  msg?: string;
  context?: string;
  err?: { stack?: string; message: string };
}

/** Renders log lines for a person at a terminal. */
export function humanLines(out: { write(text: string): unknown }): { write(line: string): void } {
  return {
    write: (line) => {
      const { time, level, msg = '', context, err, ...rest } = JSON.parse(line) as Line;
      const fields = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
      const stack = err ? `\n${err.stack ?? err.message}` : '';
      out.write(`${time.slice(11, 23)} ${level.padEnd(5)} ${context ? `${context}: ` : ''}${msg}${fields}${stack}\n`);
    },
  };
}
