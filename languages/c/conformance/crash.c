#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  if (strstr(argv[argc - 1], "\"crash\"")) return 1;
  puts(argv[argc - 1]);
  return 0;
}
