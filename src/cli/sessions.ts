import { EXIT_OK, type Command } from './command.ts';
export const sessionsCommand: Command = {
  name: 'sessions',
  summary: '',
  usage: '',
  run: () => Promise.resolve(EXIT_OK),
};
