#include "count.h"

#include <ctype.h>

void count(struct counts *counts, const char *text, unsigned long length)
{
  int inside = 0;
  for (unsigned long at = 0; at < length; at++) {
    int space = isspace((unsigned char)text[at]) != 0;
    if (text[at] == '\n')
      counts->lines++;
    if (!space && !inside)
      counts->words++;
    inside = !space;
  }
}
