echo '"no object"'
