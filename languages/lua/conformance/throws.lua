function main()
  error("nooooo")
end
