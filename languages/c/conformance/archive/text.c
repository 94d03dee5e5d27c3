#include "text.h"

#include <stdio.h>

const char *read_text(const char *name, char *text, size_t size) {
  FILE *file = fopen(name, "r");
  if (!file || !fgets(text, size, file)) text[0] = 0;
  if (file) fclose(file);
  return text;
}
