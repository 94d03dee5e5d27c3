/* The leanest ActionLoop executable there is: answers {"value":V} with V, without looking into it. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
  const size_t before = sizeof "{\"value\":" - 1;
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  while ((length = getline(&line, &size, stdin)) > 0) {
    line[length - 2] = '\n';
    if (write(3, line + before, length - before - 1) < 0) return 1;
  }
  return 0;
}
