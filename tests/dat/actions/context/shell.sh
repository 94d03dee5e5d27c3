printf '{"api_host":"%s","api_key":"%s","namespace":"%s","action_name":"%s","action_version":"%s","activation_id":"%s","deadline":"%s"}\n' \
  "$__OW_API_HOST" "$__OW_API_KEY" "$__OW_NAMESPACE" "$__OW_ACTION_NAME" "$__OW_ACTION_VERSION" "$__OW_ACTIVATION_ID" "$__OW_DEADLINE"
