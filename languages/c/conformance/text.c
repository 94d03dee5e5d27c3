#include <stdio.h>

int main(void) {
  puts("\"no object\"");
  return 0;
}
