local names = { "api_host", "api_key", "namespace", "action_name", "action_version", "activation_id", "deadline" }

function main()
  local seen = {}
  for _, name in ipairs(names) do
    seen[name] = os.getenv("__OW_" .. name:upper())
  end
  return seen
end
