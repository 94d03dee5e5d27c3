10 PRINT "Hello world!"
20 GOTO 10
