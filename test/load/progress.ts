import { SingleBar } from 'cli-progress';

const LINE_EVERY_MS = 2_000;

export interface Progress {
  update(value: number): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere a plain line every other second. `counts` is asked anew each time. */
export function showProgress(what: string, total: number, counts: () => string): Progress {
  return process.stderr.isTTY ? bar(what, total, counts) : lines(what, total, counts);
}

function bar(what: string, total: number, counts: () => string): Progress {
  const single = new SingleBar({
    format: `${what} {bar} {percentage} %  {counts}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: false, // a Ctrl-C would leave the terminal without one
    linewrap: true,
    emptyOnZero: true,
  });
  single.start(total, 0, { counts: counts() });
  return {
    update: (value) => single.update(value, { counts: counts() }),
    stop: () => {
      single.update({ counts: counts() });
      single.stop();
    },
  };
}

function lines(what: string, total: number, counts: () => string): Progress {
  let at = 0;
  const print = () => {
    const percentage = total === 0 ? 100 : Math.floor((at / total) * 100);
    console.error(`${what} ${percentage} %  ${counts()}`);
  };
  const timer = setInterval(print, LINE_EVERY_MS);
  return {
    update: (value) => void (at = value),
    stop: () => {
      clearInterval(timer);
      print();
    },
  };
}
