#include <stdio.h>

int main(void) {
  puts("{\"error\": \"sorry\"}");
  return 0;
}
