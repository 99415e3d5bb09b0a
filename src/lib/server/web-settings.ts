/** What the supervisor tells the web process, through its environment. */
import { z } from 'zod';

const schema = z.object({
  INFUSCOPE_BUS: z.string().min(1),
  INFUSCOPE_DATA: z.string().min(1),
  INFUSCOPE_PAGES: z.string().min(1),
  INFUSCOPE_HOST: z.string().min(1),
  INFUSCOPE_PORT: z.coerce.number().int().min(0).max(65_535),
  INFUSCOPE_HOSTS: z.string(),
  INFUSCOPE_KEY: z.string().optional(),
  INFUSCOPE_VERSION: z.string(),
  INFUSCOPE_DEMO: z.string().optional(),
});

export interface WebSettings {
  readonly busPath: string;
  readonly dataDirectory: string;
  readonly pagesDirectory: string;
  readonly captureDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly hosts: readonly string[];
  readonly key?: string;
  readonly version: string;
  readonly isDemonstration: boolean;
}

/** @throws when the process was not started by the supervisor */
export function readWebSettings(environment: NodeJS.ProcessEnv): WebSettings {
  const parsed = schema.parse(environment);
  return {
    busPath: parsed.INFUSCOPE_BUS,
    dataDirectory: parsed.INFUSCOPE_DATA,
    pagesDirectory: parsed.INFUSCOPE_PAGES,
    captureDirectory: `${parsed.INFUSCOPE_DATA}/captures`,
    host: parsed.INFUSCOPE_HOST,
    port: parsed.INFUSCOPE_PORT,
    hosts: parsed.INFUSCOPE_HOSTS.split(',').filter((host) => host !== ''),
    version: parsed.INFUSCOPE_VERSION,
    isDemonstration: parsed.INFUSCOPE_DEMO === '1',
    ...(parsed.INFUSCOPE_KEY === undefined ? {} : { key: parsed.INFUSCOPE_KEY }),
  };
}
