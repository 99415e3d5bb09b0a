import { EXIT_OK, type Command } from './command.ts';
export const decodeCommand: Command = { name: 'decode', summary: '', usage: '', run: () => Promise.resolve(EXIT_OK) };
