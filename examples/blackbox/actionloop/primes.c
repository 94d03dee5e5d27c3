/*
 * {"n": 1000} becomes {"prime": 7919}. Started once: the sieve is made before the first activation, and each is
 * a look into it. The ActionLoop protocol: a line of JSON on stdin, a line of JSON on descriptor 3.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { limit = 20000000, most = 1270607 }; /* so many primes are below the limit */

static char composite[limit];
static int primes[most + 1];

static void sieve(void) {
  int found = 0;
  for (int n = 2; n < limit; n++) {
    if (composite[n]) continue;
    primes[++found] = n;
    for (long multiple = (long)n * n; multiple < limit; multiple += n) composite[multiple] = 1;
  }
}

int main(void) {
  FILE *results = fdopen(3, "w");
  if (results == NULL) return 1;
  sieve();
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) > 0) {
    const char *value = strstr(line, "\"value\"");
    const char *key = value ? strstr(value, "\"n\":") : NULL;
    long n = key ? strtol(key + 4, NULL, 10) : 0;
    fprintf(stderr, "prime %ld\n", n);
    if (n >= 1 && n <= most) fprintf(results, "{\"prime\":%d}\n", primes[n]);
    else fprintf(results, "{\"error\":\"n has to be from 1 to %d\"}\n", most);
    fflush(results);
  }
  return 0;
}
