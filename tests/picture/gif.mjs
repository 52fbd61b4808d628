// Screenshots as a film: an animated GIF with one palette, in which only what changes is stored.
import gifenc from 'gifenc';
import { PNG } from 'pngjs';

const { GIFEncoder, applyPalette, quantize } = gifenc;

/** The colours of the palette; the last place is for what stays as it was. */
const COLOURS = 255;

/** The frames of a film, each a picture with the milliseconds that it stands. */
export class Film {
  #frames = [];

  /** Adds a screenshot in PNG, or lets the last one stand longer where nothing has changed. */
  add(png, ms) {
    const { data, width, height } = PNG.sync.read(png);
    const last = this.#frames.at(-1);
    if (last?.data.equals(data)) last.ms += ms;
    else this.#frames.push({ data, width, height, ms });
  }

  get length() {
    return this.#frames.length;
  }

  /** Gives the film's bytes. */
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

  /** Takes pixels from all over the film, for a palette that fits all of it. */
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

/** Puts the transparent colour where a picture is as it was. */
function unchanged(colours, before, transparent) {
  return colours.map((colour, place) => (colour === before[place] ? transparent : colour));
}
