function main(args)
  local seen = {}
  for _, name in ipairs(args.names) do
    seen[name] = os.getenv(name) or "(unset)"
  end
  return seen
end
