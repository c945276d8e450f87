import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

export interface Plan {
  query: string;
  blocks: number;
  /** Rows that were read and thrown away. */
  removed: number;
  /** Rows read by sequential scans. */
  scanned: number;
}

/** From now on new connections have Postgres write the plan of each statement into its log, with what it read. */
export async function explainAll(url: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  const name = new URL(url).pathname.slice(1);
  for (const [setting, value] of Object.entries({
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_buffers': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_format': 'json',
  })) {
    await client.query(`ALTER DATABASE "${name}" SET ${setting} = '${value}'`);
  }
  await client.end();
}

/** The plans of the statements that name this table, as the log has them by now. */
export async function plansOf(dataDir: string, table: string): Promise<Plan[]> {
  const log = await readFile(join(dataDir, 'postgres.log'), 'utf8');
  return log
    .split(/plan:\n/)
    .slice(1)
    .flatMap((text) => {
      const end = /\n\t?\}\n/.exec(text); // lines of one entry are indented
      const json = text.slice(0, end ? end.index + end[0].length : undefined).trim();
      try {
        const { 'Query Text': query, Plan: root } = JSON.parse(json) as { 'Query Text': string; Plan: PlanNode };
        return query.includes(table) ? [read(query, root)] : [];
      } catch {
        return []; // the last one may not be whole yet
      }
    });
}

function read(query: string, root: PlanNode): Plan {
  const nodes = flat(root);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const loops = (node: PlanNode) => node['Actual Loops'] ?? 1;
  const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
  const removed = (node: PlanNode) => (node['Rows Removed by Filter'] ?? 0) * loops(node);
  return {
    query,
    blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    removed: sum(nodes.map(removed)),
    scanned: sum(scans.map((node) => (node['Actual Rows'] ?? 0) * loops(node) + removed(node))),
  };
}

function flat(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flat)];
}
