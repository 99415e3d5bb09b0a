/** The loudspeaker as the sounder needs it, and the browser's own behind it. */

/** A sound on its way: samples that repeat until they are ended. Times are the output's own clock. */
export interface Voice {
  /** Plays on until then; a later call replaces an earlier one. Without a time it plays on for ever. */
  endAt(timeS: number | undefined): void;
  /** Ends now, faded within a few milliseconds so that it does not click. */
  cut(): void;
}

export interface AudioOutput {
  readonly timeS: number;
  readonly sampleRateHz: number;
  readonly isRunning: boolean;
  /** Asks the browser to sound; it may refuse without a press of a person. */
  resume(): Promise<void>;
  onStateChange(listener: () => void): void;
  /** From 0 to 1. */
  setVolume(volume: number): void;
  play(samples: Float32Array<ArrayBuffer>, startS: number, repeats: 'for ever' | 'once'): Voice;
  close(): void;
}

const FADE_S = 0.008;
const FOR_EVER_S = 1e9;
/** So quiet that nobody hears it, and yet a browser that puts silent pages to sleep does not. */
const KEEP_ALIVE_LEVEL = 1e-5;

/** To be made in the handler of a press: browsers let no other page sound. */
export function browserOutput(): AudioOutput {
  const context = new AudioContext({ latencyHint: 'interactive' });
  const master = context.createGain();
  master.connect(context.destination);
  const keepAlive = context.createConstantSource();
  keepAlive.offset.value = KEEP_ALIVE_LEVEL;
  keepAlive.connect(context.destination);
  keepAlive.start();
  return {
    get timeS() {
      return context.currentTime;
    },
    sampleRateHz: context.sampleRate,
    get isRunning() {
      return context.state === 'running';
    },
    resume: () => context.resume(),
    onStateChange: (listener) => context.addEventListener('statechange', listener),
    setVolume: (volume) => master.gain.setTargetAtTime(volume, context.currentTime, FADE_S),
    play: (samples, startS, repeats) => playOn(context, master, samples, startS, repeats === 'for ever'),
    close: () => void context.close(),
  };
}

function playOn(
  context: AudioContext,
  master: GainNode,
  samples: Float32Array<ArrayBuffer>,
  startS: number,
  isLoop: boolean,
): Voice {
  const buffer = context.createBuffer(1, samples.length, context.sampleRate);
  buffer.copyToChannel(samples, 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.loop = isLoop;
  const fade = context.createGain();
  source.connect(fade).connect(master);
  source.start(startS);
  source.addEventListener('ended', () => fade.disconnect());
  return {
    endAt: (timeS) => source.stop(timeS ?? FOR_EVER_S),
    cut: () => {
      fade.gain.setTargetAtTime(0, context.currentTime, FADE_S / 3);
      source.stop(context.currentTime + FADE_S);
    },
  };
}
