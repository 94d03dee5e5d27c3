#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_text(const char *text) {
  putchar('"');
  for (; *text; text++) {
    if (*text == '"' || *text == '\\') putchar('\\');
    if (*text == '\n') fputs("\\n", stdout);
    else putchar(*text);
  }
  putchar('"');
}

int main(int argc, char **argv) {
  const char *separator = "{";
  for (char *name = strtok(strchr(argv[argc - 1], '['), "[\", ]}"); name; name = strtok(NULL, "[\", ]}")) {
    const char *value = getenv(name);
    fputs(separator, stdout);
    print_text(name);
    putchar(':');
    print_text(value ? value : "(unset)");
    separator = ",";
  }
  puts("}");
  return 0;
}
