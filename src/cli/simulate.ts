import { EXIT_OK, type Command } from './command.ts';
export const simulateCommand: Command = {
  name: 'simulate',
  summary: '',
  usage: '',
  run: () => Promise.resolve(EXIT_OK),
};
