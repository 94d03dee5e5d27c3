#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  const char *start = strstr(argv[argc - 1], ": \"") + 3;
  const int length = strrchr(start, '"') - start;
  printf("%.*s ☃ %.*s\n", length, start, length, start);
  printf("{\"winter\": \"%.*s ☃ %.*s\"}\n", length, start, length, start);
  return 0;
}
