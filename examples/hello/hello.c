// Run once for every activation: argument 1 is the JSON, the last line of stdout is the result.
// The name stays as JSON wrote it, so its escapes are right in the answer.
#include <regex.h>
#include <stdio.h>

int main(int argc, char **argv) {
  char input[1 << 20];
  const char *json = argv[1];
  if (argc < 2) { // more than 131071 bytes don't fit an argument and come on stdin only
    input[fread(input, 1, sizeof input - 1, stdin)] = 0;
    json = input;
  }

  const char *name = "stranger";
  int length = 8;
  regex_t pattern;
  regmatch_t found[2];
  regcomp(&pattern, "[{ ]\"name\": \"(([^\"\\]|\\\\.)*)\"", REG_EXTENDED);
  if (regexec(&pattern, json, 2, found, 0) == 0) {
    name = json + found[1].rm_so;
    length = found[1].rm_eo - found[1].rm_so;
  }

  printf("greeting %.*s\n", length, name);
  printf("{\"greeting\":\"Hello %.*s!\"}\n", length, name);
  return 0;
}
