#include <stdio.h>

#include "count.h"

int main(int argc, char **argv)
{
  static char text[65536];
  struct counts counts = {0, 0};
  if (argc > 1) {
    printf("count 1.0 (%s)\n", argv[1]);
    return 0;
  }
  count(&counts, text, fread(text, 1, sizeof text, stdin));
  printf("%ld lines, %ld words\n", counts.lines, counts.words);
  return 0;
}
