function main()
  return "no object"
end
