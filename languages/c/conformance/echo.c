#include <stdio.h>

int main(void) {
  puts("hello stdout");
  fputs("hello stderr\n", stderr);
  for (int c; (c = getchar()) != EOF;) putchar(c);
  return 0;
}
