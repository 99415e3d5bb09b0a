/** Colours and font of the stylesheet, for canvases: they cannot read custom properties by themselves. */
export class Palette {
  readonly #style: CSSStyleDeclaration;
  readonly #known = new Map<string, string>();

  /** Reads the tokens that hold at this element now; a changed theme needs a new palette. */
  constructor(element: Element) {
    this.#style = getComputedStyle(element);
  }

  /** @returns the colour of a token such as `--ecg`; `otherwise`, or the element's own text colour, when there is none. */
  colour(token: string, otherwise?: string): string {
    const known = this.#known.get(token);
    if (known !== undefined) return known;
    const colour = this.#style.getPropertyValue(token).trim() || (otherwise ?? this.#style.color);
    this.#known.set(token, colour);
    return colour;
  }

  font(weight: number, sizePx: number): string {
    return `${weight} ${sizePx}px ${this.#style.fontFamily}`;
  }
}
