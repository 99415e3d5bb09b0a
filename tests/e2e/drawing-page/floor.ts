/**
 * The floor that our drawing is measured against: one opaque canvas, incremental, every strip of every bed at the same column,
 * samples taken from a table. No arrival, no clock, no placement, no scale: the least work that shows the same picture.
 */
const HZ = 250;
const WINDOW_S = 10;
const GAP = Math.round(HZ * 0.15);
const COLOURS = ['#3ddc84', '#4fc3f7'];

export function startFloor(host: HTMLElement, beds: number, waves: number): void {
  const columns = beds <= 16 ? 4 : 8;
  const width = Math.floor(1900 / columns);
  const height = 60;
  const count = HZ * WINDOW_S;
  const table = Float32Array.from({ length: HZ * 4 }, (_, i) => {
    const phase = (i % HZ) / HZ;
    return 1.6 * Math.exp(-((phase - 0.3) ** 2) / 0.0008) + 0.25 * Math.sin(6.28 * phase) + 0.02 * Math.sin(i * 1.7);
  });
  const canvas = document.createElement('canvas');
  canvas.width = width * columns;
  canvas.height = height * waves * Math.ceil(beds / columns);
  host.append(canvas);
  const context = canvas.getContext('2d', { alpha: false, desynchronized: true });
  if (context === null) throw new Error('no canvas');
  const step = width / count;
  const left = (bed: number) => (bed % columns) * width;
  const top = (bed: number) => Math.floor(bed / columns) * height * waves;
  let head = 0;
  const begun = performance.now();

  const drawWave = (wave: number, to: number): void => {
    context.strokeStyle = COLOURS[wave % COLOURS.length] ?? '';
    context.beginPath();
    for (let bed = 0; bed < beds; bed += 1) {
      let isDown = false;
      for (let i = head - 1; i < to; i += 1) {
        const k = ((i % count) + count) % count;
        if (k === 0) isDown = false;
        const value = table[(i + table.length + (bed + wave) * 61) % table.length] ?? 0;
        const x = left(bed) + k * step;
        const y = top(bed) + height * wave + (height * (2 - value)) / 3;
        if (isDown) context.lineTo(x, y);
        else context.moveTo(x, y);
        isDown = true;
      }
    }
    context.stroke();
  };

  const frame = (): void => {
    requestAnimationFrame(frame);
    const to = Math.floor(((performance.now() - begun) / 1000) * HZ);
    if (to <= head) return;
    const x = (head % count) * step;
    const band = (to - head + GAP) * step;
    context.lineWidth = 1;
    context.fillStyle = '#000';
    for (let bed = 0; bed < beds; bed += 1) {
      context.fillRect(left(bed) + x, top(bed), Math.min(band + 1, width - x), height * waves);
      if (x + band > width) context.fillRect(left(bed), top(bed), x + band - width + 1, height * waves);
    }
    for (let wave = 0; wave < waves; wave += 1) drawWave(wave, to);
    head = to;
  };
  requestAnimationFrame(frame);
}
