#include <stddef.h>

/** Reads the first line of a file into `text`, which it returns. */
const char *read_text(const char *name, char *text, size_t size);
