#include <stdio.h>
#include <stdlib.h>

static const char *names[][2] = {
  {"api_host", "__OW_API_HOST"}, {"api_key", "__OW_API_KEY"}, {"namespace", "__OW_NAMESPACE"},
  {"action_name", "__OW_ACTION_NAME"}, {"action_version", "__OW_ACTION_VERSION"},
  {"activation_id", "__OW_ACTIVATION_ID"}, {"deadline", "__OW_DEADLINE"},
};

int main(void) {
  for (int i = 0; i < 7; i++) {
    const char *value = getenv(names[i][1]);
    printf("%s\"%s\":\"%s\"", i ? "," : "{", names[i][0], value ? value : "");
  }
  puts("}");
  return 0;
}
