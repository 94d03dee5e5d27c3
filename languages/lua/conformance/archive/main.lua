local helper = require "helper"

function main()
  return { data = helper.text_of("data.txt") }
end
