// An animated GIF of screenshots, with one palette, that stores only the pixels that change.
import gifenc from 'gifenc';
import { PNG } from 'pngjs';

const { GIFEncoder, applyPalette, quantize } = gifenc;

/** The colours of the palette; one more index is transparent, for pixels that do not change. */
const COLOURS = 255;

/** The frames of an animation, each a picture with its duration in milliseconds. */
export class Film {
  #frames = [];

  /** Adds a PNG screenshot, or extends the last frame if nothing has changed. */
  add(png, ms) {
    const { data, width, height } = PNG.sync.read(png);
    const last = this.#frames.at(-1);
    if (last?.data.equals(data)) last.ms += ms;
    else this.#frames.push({ data, width, height, ms });
  }

  get length() {
    return this.#frames.length;
  }

  /** Returns the bytes of the GIF. */
  encode() {
    const [{ width, height }] = this.#frames;
    const palette = quantize(this.#sample(), COLOURS);
    const gif = GIFEncoder();
    let before;
    for (const { data, ms } of this.#frames) {
      const colours = applyPalette(data, palette);
      const stored = before ? unchanged(colours, before, palette.length) : colours;
      gif.writeFrame(stored, width, height, {
        palette: before ? undefined : [...palette, [0, 0, 0]],
        delay: ms,
        transparent: before !== undefined,
        transparentIndex: palette.length,
        dispose: 1,
      });
      before = colours;
    }
    gif.finish();
    return gif.bytes();
  }

  /** A sample of pixels of all frames, for a palette that fits all of them. */
  #sample() {
    const step = 4 * 37;
    const parts = this.#frames.map(({ data }) => {
      const part = Buffer.alloc(Math.ceil(data.length / step) * 4);
      for (let from = 0, to = 0; from < data.length; from += step, to += 4) {
        data.copy(part, to, from, from + 4);
      }
      return part;
    });
    return new Uint8Array(Buffer.concat(parts));
  }
}

/** Replaces the colours of unchanged pixels by the transparent one. */
function unchanged(colours, before, transparent) {
  return colours.map((colour, place) => (colour === before[place] ? transparent : colour));
}
