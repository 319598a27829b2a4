# takes 1 s
true
