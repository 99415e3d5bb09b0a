/**
 * The lines as they were recorded, field by field: which keys, in which order, and what stands there when there is no value.
 * Set and order depend on model and firmware, so a line is never read by its layout; only the simulator writes by it.
 */

export interface Field {
  readonly key: string;
  /** Printed when there is no value; its shape is the shape of the value. */
  readonly blank: string;
  readonly unit: '' | '%';
}

export type LayoutName = 'rad-8' | 'radical-7-blue' | 'radical-7-colour' | 'trend';

export const LAYOUTS: Readonly<Record<LayoutName, readonly Field[]>> = {
  'rad-8': fields(
    'SN=---------- SPO2=---% BPM=--- PI=--.--% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- ALARM=0000 EXC=000000',
  ),
  'radical-7-blue': fields(
    'SN=---------- SPO2=---% BPM=--- PI=--.--% SPCO=--.-% SPMET=--.-% DESAT=-- PIDELTA=+-- PVI=--- ALARM=0000 EXC=000000',
  ),
  'radical-7-colour': fields(
    'SN=---------- SPO2=---% BPM=--- PI=--.-- SPCO=--% SPMET=--.-% SPHB=--.- SPOC=-- RESVD=--- DESAT=-- PIDELTA=+-- ' +
      'PVI=--- ALARM=000000 EXC=0000000 EXC1=00000000',
  ),
  trend: fields('SpO2=--- PR=--- PI=--.-- EXC=000'),
};

function fields(line: string): readonly Field[] {
  return line.split(' ').map((pair) => {
    const [key = '', printed = ''] = pair.split('=');
    const unit = printed.endsWith('%') ? '%' : '';
    return { key, blank: printed.slice(0, printed.length - unit.length), unit };
  });
}
