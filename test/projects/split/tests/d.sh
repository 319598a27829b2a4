# takes 20 s
true
