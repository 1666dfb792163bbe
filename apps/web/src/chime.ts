/** Seconds of each of the two tones. */
const TONE_S = 0.32;
const TONES = [880, 660] as const;
const MOST_HEARD = 200;

const heard = new Set<string>();
let context: AudioContext | undefined;
let playing: GainNode | undefined;

/**
 * Sounds once for each id (of what asks again, another one), and once for several that come together: three times two tones. A browser that allows no sound before a touch stays silent until then; walls
 * are started with `--autoplay-policy=no-user-gesture-required`.
 */
export function chime(...ids: readonly string[]): void {
  if (ids.every((id) => heard.has(id))) return;
  if (heard.size >= MOST_HEARD) heard.clear();
  for (const id of ids) heard.add(id);
  try {
    context ??= new AudioContext();
    void context.resume();
    const gain = context.createGain();
    gain.gain.value = 0.25;
    gain.connect(context.destination);
    for (let i = 0; i < 3 * TONES.length; i++) {
      const tone = context.createOscillator();
      tone.frequency.value = TONES[i % TONES.length] ?? 660;
      tone.connect(gain);
      tone.start(context.currentTime + i * TONE_S);
      tone.stop(context.currentTime + (i + 0.9) * TONE_S);
    }
    playing = gain;
  } catch {
    // no sound here; the band says it
  }
}

/** Somebody answered. */
export function hush(): void {
  playing?.disconnect();
  playing = undefined;
}
