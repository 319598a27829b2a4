/* Lines and words of a text. */
struct counts {
  long lines, words;
};

void count(struct counts *counts, const char *text, unsigned long length);
