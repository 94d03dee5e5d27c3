function main()
  return { error = "sorry" }
end
