#include <stdio.h>

#include "text.h"

int main(void) {
  char text[100];
  printf("{\"data\": \"%s\"}\n", read_text("data.txt", text, sizeof text));
  return 0;
}
