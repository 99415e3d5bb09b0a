/** Whether single keys act on this screen: some speak to their computer or rest a hand on it. Remembered by the browser. */
const KEPT_AS = 'infuscope-keys';

export class Shortcuts {
  isOn = $state(true);

  /** In the browser only: what was chosen before. */
  remember(): void {
    this.isOn = localStorage.getItem(KEPT_AS) !== 'off';
  }

  set(isOn: boolean): void {
    this.isOn = isOn;
    localStorage.setItem(KEPT_AS, isOn ? 'on' : 'off');
  }
}
