/* {"n": 360} becomes {"factors": [2, 2, 2, 3, 3, 5]}. Run anew for every activation: the JSON is argument 1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  const char *key = argc > 1 ? strstr(argv[1], "\"n\": ") : NULL;
  unsigned long long n = key ? strtoull(key + 5, NULL, 10) : 0;
  if (n < 2) {
    puts("{\"error\": \"n has to be a whole number from 2 on\"}");
    return 0;
  }
  fprintf(stderr, "taking %llu apart\n", n);
  printf("{\"factors\": [");
  for (unsigned long long factor = 2; factor * factor <= n; factor++)
    for (; n % factor == 0 && n > factor; n /= factor) printf("%llu, ", factor);
  printf("%llu]}\n", n);
  return 0;
}
