/**
 * The line that the platform looks for on stdout and on stderr to know that it has all logs of an
 * activation (Apache OpenWhisk, `Container.scala`). It must be a line of its own.
 */
export const sentinel = Buffer.from('XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n');
