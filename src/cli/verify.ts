import { EXIT_OK, type Command } from './command.ts';
export const verifyCommand: Command = { name: 'verify', summary: '', usage: '', run: () => Promise.resolve(EXIT_OK) };
